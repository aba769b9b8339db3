"""A layers model from the topology in a model.json: the configuration of every layer, and how they are connected.

The tools that make classes, inputs and models come from outside: they are those that source code reaches too.
"""


def restore(entry, tools):
    name = entry["class_name"]
    if name == "Sequential":
        return restore_sequential(entry["config"], tools)
    if name == "Model" or name == "Functional":
        return restore_functional(entry["config"], tools)
    return tools.layer(name, restore_inner(entry["config"], tools))


def restore_inner(config, tools):
    made = {}
    for key, value in config.items():
        if key in ("layer", "backward_layer", "cell") and isinstance(value, dict):
            value = restore(value, tools)
        elif key in ("cells", "cell") and isinstance(value, list):
            value = [restore(one, tools) for one in value]
        made[key] = value
    return made


def restore_sequential(config, tools):
    entries = config if isinstance(config, list) else config["layers"]
    model = tools.sequential(None if isinstance(config, list) else config.get("name"))
    for entry in entries:
        model.add(restore(entry, tools))
    return model


def has_input(entry):
    if entry["class_name"] == "Sequential":
        config = entry["config"]
        first = (config if isinstance(config, list) else config["layers"])[0]
        return "batch_input_shape" in first["config"]
    return entry["class_name"] == "Model" or entry["class_name"] == "Functional"


def restore_functional(config, tools):
    layers = {}
    outputs = {}
    waiting = []
    for entry in config["layers"]:
        name = entry["name"]
        if entry["class_name"] == "InputLayer":
            outputs[name] = [tools.input(name, entry["config"])]
            continue
        layers[name] = restore(entry, tools)
        # A model that knows its input has run on it once already: calls are counted from there.
        outputs[name] = [None] if has_input(entry) else []
        for node in entry["inbound_nodes"]:
            waiting.append([name, node])

    def is_ready(one):
        return len(outputs[one[0]]) > one[1]

    def tensor(one):
        made = outputs[one[0]][one[1]]
        return made[one[2]] if isinstance(made, (list, tuple)) else made

    while waiting:
        later = []
        for name, node in waiting:
            if all([is_ready(one) for one in node]):
                inputs = [tensor(one) for one in node]
                outputs[name].append(layers[name](inputs[0] if len(inputs) == 1 else inputs))
            else:
                later.append([name, node])
        if len(later) == len(waiting):
            raise ValueError("the layers of the model.json do not connect")
        waiting = later
    return tools.model([tensor(one) for one in config["input_layers"]], [tensor(one) for one in config["output_layers"]], config.get("name"))
