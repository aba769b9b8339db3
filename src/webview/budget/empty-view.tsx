// What the view says while there is no model to show: why, and what to do.
import { directive } from "./directive";
import { send } from "../shared/host";
import { t } from "../shared/l10n";
import type { BudgetState, ToExtension } from "./messages";

const name = (file: string) => file.slice(file.lastIndexOf("/") + 1);

/** A reason below the title, which says already that there is no model. */
function sentence(reason: string): string {
  const rest = reason.replace(/^no model found[:;] /, "");
  return `${rest.charAt(0).toUpperCase()}${rest.slice(1)}.`.replace(/\.\.$/, ".");
}

export function EmptyView({ state }: { state: Exclude<BudgetState, { kind: "model" }> }) {
  switch (state.kind) {
    case "no-file":
      return (
        <section class="empty">
          <p>{t("Open a file with a Keras, PyTorch or TensorFlow.js model to see what it costs on a board.")}</p>
          <button
            type="button"
            class="button wide"
            onClick={() => send<ToExtension>({ type: "run", command: "open-file" })}
          >
            {t("Open File")}
          </button>
          <button
            type="button"
            class="button secondary wide"
            onClick={() => send<ToExtension>({ type: "run", command: "open-example" })}
          >
            {t("Open an Example")}
          </button>
          <p class="quiet">{t("The code is read and never run: nothing has to be installed.")}</p>
        </section>
      );
    case "reading":
      return (
        <section class="empty" aria-busy="true">
          <p>{t("Reading {0} …", name(state.file))}</p>
        </section>
      );
    case "no-model":
      return (
        <section class="empty">
          <h2>{t("No model in {0}", name(state.file))}</h2>
          <p class="reason">{sentence(state.reason)}</p>
          <p>{t("Model Budget shows what a file:")}</p>
          <ul class="bullets">
            <li>{t("assigns at its top level: model = keras.Sequential([…])")}</li>
            <li>{t("builds in a function whose arguments have defaults or are called for: build(alpha=0.25)")}</li>
            <li>{t("defines as a class that can be made: class Net(nn.Module)")}</li>
          </ul>
          <p class="quiet">
            {t("For other models say how they are made, in a comment:")}{" "}
            <code>{directive(state.file, "entry = build(0.5)")}</code>
          </p>
        </section>
      );
  }
}
