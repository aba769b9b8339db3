// The command line. Thin: options in options.ts, work in report-command.ts, text in text-report.ts.
// The machine formats alone go to standard output; messages and progress go to standard error. Exit codes are in exit.ts.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { type CalibrateOptions, calibrateCommand } from "./calibrate-command";
import { type CheckOptions, checkCommand } from "./check-command";
import { EXIT, UsageError } from "./exit";
import { CHECK_FORMATS } from "./findings-text";
import { type FitOptions, fitCommand } from "./fit-command";
import { FIT_FORMATS } from "./fit-text";
import { type InitOptions, initCommand } from "./init-command";
import { FORMATS, parseInputOption } from "./options";
import { reportCommand } from "./report-command";
import { catalogueFor } from "./target-options";
import { TARGET_FORMATS, type TargetFormat, targetsCommand } from "./targets-command";

function version(): string {
  try {
    return (JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as { version: string }).version;
  } catch {
    return "unknown";
  }
}

const program = new Command("model-budget")
  .description("What a neural network costs on a microcontroller, read from its source and never run.")
  .version(version())
  .exitOverride()
  .showHelpAfterError("Run with --help to see what is possible.")
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "model-budget: ")) });

program
  .command("report")
  .description("print the cost table of the models in a file")
  .argument("[file...]", "Python, TypeScript or JavaScript files that define models")
  .option("--entry <expr>", "an expression in the file's own language that yields the model, e.g. 'build(alpha=0.25)'")
  .option(
    "--input <[name=]shape[:dtype]>",
    "an input's shape, batch included, e.g. 1x3x32x32; repeatable",
    parseInputOption,
    [],
  )
  .addOption(new Option("--format <format>", "how to print").choices(FORMATS).default("text"))
  .option("--board <id>", "the board the model shall run on (default: arduino-nano-33-ble-sense)")
  .option("--runtime <id[@version]>", "the runtime that executes it (default: tflm-cmsis-nn where it runs)")
  .addOption(new Option("--dtype <type>", "type of the deployed model").choices(["int8", "float32"]).default("int8"))
  .option("--boards <file>", "a JSON file with boards of your own")
  .option(
    "--python <path>",
    "the Python environment with the packages the models import: its folder or its interpreter",
  )
  .option("--which-boards", "compare all boards: does it fit, and how long does it take")
  .option("--cases <file>", "answer many cases of a JSON-lines file in one process: {id, root, file, entry, inputs}")
  .addHelpText(
    "after",
    `
Examples:
  model-budget report model.py
  model-budget report model.py --entry "Net(width=0.5)" --input 1x3x32x32
  model-budget report model.ts --format json
  model-budget report model.py --board nucleo-l4r5zi --runtime x-cube-ai@8.1.0
  model-budget report model.py --which-boards`,
  )
  .action(async (files: string[], options: Parameters<typeof reportCommand>[1]) => {
    process.exitCode = await reportCommand(files, options);
  });

program
  .command("check")
  .description("find every model under the paths and judge it against its budget")
  .argument("[path...]", "files and folders (default: the working directory)")
  .addOption(new Option("--format <format>", "how to print").choices(CHECK_FORMATS).default("text"))
  .option("--config <file>", "a budget file to use for everything (default: the nearest model-budget.json)")
  .option(
    "--python <path>",
    "the Python environment with the packages the models import: its folder or its interpreter",
  )
  .option("--max-warnings <number>", "fail on more warnings than this", number)
  .option("--require-coverage <percent>", "fail when less of the operations has a known cost", number)
  .option("--board <id>", "the board the models shall run on (default: the budget's)")
  .option("--runtime <id[@version]>", "the runtime that executes them (default: the budget's)")
  .addOption(new Option("--dtype <type>", "type of the deployed models").choices(["int8", "float32"]))
  .option("--boards <file>", "a JSON file with boards of your own")
  .action(async (paths: string[], options: CheckOptions) => {
    process.exitCode = await checkCommand(paths, options, version());
  });

program
  .command("fit")
  .description("search for the variants of a model that fit a board")
  .argument("<file>", "a file that defines the model")
  .option("--entry <expr>", "the model, where the file has several, or an expression that yields one")
  .option(
    "--input <[name=]shape[:dtype]>",
    "an input's shape, batch included, e.g. 1x3x32x32; repeatable",
    parseInputOption,
    [],
  )
  .option("--board <id>", "the board it shall fit (default: the budget's, else arduino-nano-33-ble-sense)")
  .option("--runtime <id[@version]>", "the runtime that executes it (default: tflm-cmsis-nn where it runs)")
  .addOption(
    new Option(
      "--dtype <type>",
      "the type it is deployed in (default: int8, and float32 where that is better)",
    ).choices(["int8", "float32"]),
  )
  .option("--boards <file>", "a JSON file with boards of your own")
  .option("--config <file>", "the budget file whose limits must hold too (default: the nearest model-budget.json)")
  .option(
    "--python <path>",
    "the Python environment with the packages the models import: its folder or its interpreter",
  )
  .addOption(new Option("--format <format>", "how to print").choices(FIT_FORMATS).default("text"))
  .option("--apply <number>", "write this variant into the source", variantNumber)
  .addHelpText(
    "after",
    `
Tries smaller widths and input sizes, depthwise-separable convolutions and, without --dtype, both types; every variant is
analysed with its changes in place. Exit code 0: something fits, 1: nothing does.

Examples:
  model-budget fit model.py --board nucleo-f401re
  model-budget fit model.py --entry "Net()" --board esp32-s3-devkitc-1 --apply 1`,
  )
  .action(async (file: string, options: FitOptions) => {
    process.exitCode = await fitCommand(file, options);
  });

program
  .command("calibrate")
  .description("match a report from a board with a model, and fit the estimates to it")
  .argument("<file>", "a file that defines the model")
  .argument("[report]", "what a tool wrote about a run on the board")
  .option("--entry <expr>", "an expression that yields the model, where the report fits several")
  .option(
    "--input <[name=]shape[:dtype]>",
    "an input's shape, batch included, e.g. 1x3x32x32; repeatable",
    parseInputOption,
    [],
  )
  .option("--board <id>", "the board it ran on (default: the budget's, else arduino-nano-33-ble-sense)")
  .option("--runtime <id[@version]>", "the runtime that executed it (default: the budget's)")
  .addOption(new Option("--dtype <type>", "type of the deployed model").choices(["int8", "float32"]))
  .option("--boards <file>", "a JSON file with boards of your own")
  .option("--config <file>", "the budget file to keep it in (default: the nearest, else a new model-budget.json)")
  .option(
    "--python <path>",
    "the Python environment with the packages the models import: its folder or its interpreter",
  )
  .option("--clock <MHz>", "the clock of the ticks that the report counts, where it does not say it", clock)
  .option("--dry-run", "print what matches and write nothing")
  .option("--forget", "take out of the budget file what was measured of the models of the file")
  .addHelpText(
    "after",
    `
Reads TFLM benchmark logs, ST Edge AI / X-CUBE-AI validation reports, MLPerf Tiny logs, MLTK profiles and Vela CSV files. Exit code
1: the report is of none of the file's models, or is none of these.

Examples:
  model-budget calibrate model.py log.txt --board nucleo-l4r5zi --runtime x-cube-ai@7.3.0
  model-budget calibrate model.py network_validate_report.txt --dry-run`,
  )
  .action(async (file: string, report: string | undefined, options: CalibrateOptions) => {
    process.exitCode = await calibrateCommand(file, report, options);
  });

program
  .command("init")
  .description("write a model-budget.json from what the models cost today, with head room")
  .argument("[path...]", "files and folders (default: the working directory)")
  .option("--board <id>", "the board the models shall run on (default: arduino-nano-33-ble-sense)")
  .option("--runtime <id[@version]>", "the runtime that executes them (default: tflm-cmsis-nn where it runs)")
  .addOption(new Option("--dtype <type>", "type of the deployed models").choices(["int8", "float32"]).default("int8"))
  .option("--boards <file>", "a JSON file with boards of your own")
  .option("--force", "overwrite a model-budget.json that is there")
  .action(async (paths: string[], options: InitOptions) => {
    process.exitCode = await initCommand(paths, options);
  });

program
  .command("targets")
  .description("list the known boards and the runtimes that run on them")
  .option("--boards <file>", "a JSON file with boards of your own")
  .addOption(new Option("--format <format>", "how to print").choices(TARGET_FORMATS).default("text"))
  .action((options: { boards?: string; format: TargetFormat }) => {
    process.exitCode = targetsCommand(catalogueFor(options), options.format);
  });

program
  .command("lsp")
  .description("the language server, for any editor")
  .option("--stdio", "talk over standard input and output")
  .action(() => {
    // The server reads its own arguments, and lives until the editor ends it.
    createRequire(import.meta.url)("./server.js");
  });

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError("it must be a number from 0 on.");
  }
  return value;
}

function clock(text: string): number {
  const value = number(text);
  if (value === 0) throw new InvalidArgumentError("it must be larger than 0.");
  return value;
}

function variantNumber(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("it must be the number of a variant.");
  return value;
}

// A reader that has seen enough (head, less) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

program.parseAsync().catch((error: unknown) => {
  process.exitCode = fail(error);
});

/** Tells a person in one line what is wrong; the stack only when asked for by DEBUG. */
function fail(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof UsageError) {
    console.error(`model-budget: ${error.message}`);
    return EXIT.usage;
  }
  console.error(
    `model-budget: internal error: ${error instanceof Error ? error.message : String(error)} (please report it)`,
  );
  if (process.env["DEBUG"]) console.error(error);
  return EXIT.usage;
}
