// Finds the number a model's width multiplier α comes from: an argument of a call, the default of a parameter, a constant, an
// entry of a configuration, or an argument of an application that is left to its default. What a number is called says only
// in which order numbers are tried; that it scales the channels is told by evaluating the model with another value.
import type { CallExpr, Span } from "../../1-syntax/tree";
import { callsBySpan } from "../../1-syntax/walk";
import type { TextEdit } from "../../report/finding";
import type { SourcePlace } from "../../report/report";
import { CallSite } from "../call-site";
import type { SourceFile } from "../sites";
import { allowedByCode, type Application, applicationCalled } from "./allowed-widths";
import { isScaled } from "./channel-change";
import { filesOf, framesOf, type LeverContext, writeNumber } from "./lever";
import { calledName, type Signatures, signaturesOf, type WrittenNumber, writtenNumbers } from "./written-numbers";

/** One number that scales a model's channel counts. */
export interface WidthMultiplier {
  /** The number, or the call that leaves it to its default. */
  place: SourcePlace;
  /** What the code calls it: `alpha`, `width_mult`; null for an argument without a name. */
  name: string | null;
  current: number;
  /** The values the model accepts, ascending; null where any does. */
  allowed: readonly number[] | null;
  /** The application whose argument it is, as its library calls it: `MobileNetV2`. */
  application: string | null;
  /** The changes of the text that set another value. */
  edits(value: number): TextEdit[];
}

/** More numbers than this are not tried for one model: each costs an analysis. */
const MAX_TRIED = 5;

/** Names that people give to a width multiplier; tried first. */
const LIKELY =
  /^(alpha|mult|multiplier|wm|scale|width|widen_?factor|depth_?multiplier|(width|w|channels?|filters?|ch)_?(mult\w*|mul|factor|scal\w*|coeff\w*))$/i;
/** Names of numbers that are something else; never tried. */
const SOMETHING_ELSE =
  /drop|rate|^lr|_lr|learn|momentum|eps|decay|stride|kernel|pad|group|dilat|std|mean|seed|beta|gamma|ax[ie]s|dim|temp|split|thresh|slope|epoch|batch|verbose|worker|ratio|size|shape|classes|num|input|steps|bias|^p$|patience|version/i;
/** Multipliers are seldom larger; those of wide residual networks are whole numbers up to 12. */
const LARGEST = 4;
const LARGEST_LIKELY = 12;

function placeOfNode(file: string, { span }: { span: Span }): SourcePlace {
  const { line, column, endLine, endColumn } = span;
  return { file, line, column, endLine, endColumn };
}

/** How likely a number is a width multiplier; 0 for never. */
function likelihood({ name, node }: WrittenNumber): number {
  const { value, isFloat } = node;
  if (!(value > 0) || value > LARGEST_LIKELY) return 0;
  if (name !== null && LIKELY.test(name)) return 3;
  if (value > LARGEST || (name !== null && SOMETHING_ELSE.test(name))) return 0;
  if (!isFloat && Number.isInteger(value)) return 0;
  return 1;
}

/** A call of an application on the way to the model's layers. */
interface ApplicationCall {
  file: SourceFile;
  call: CallExpr;
  application: Application;
}

/** The applications a model is made with; functions of the files themselves are none. */
function applicationsOf(context: LeverContext, files: readonly SourceFile[], own: Signatures): ApplicationCall[] {
  const frames = framesOf(context);
  return files.flatMap((file) => {
    const calls = callsBySpan(file.program);
    return frames.flatMap(({ place }) => {
      const call = place.file === file.path ? calls.get(`${place.span.start}:${place.span.end}`) : undefined;
      const application = call && !own.has(calledName(call) ?? "") ? applicationCalled(call) : undefined;
      return call && application ? [{ file, call, application }] : [];
    });
  });
}

/** The multiplier of an application where a number stands for it or nothing; undefined where an expression does. */
function ofApplication({ file, call, application }: ApplicationCall): WidthMultiplier | undefined {
  const { name, parameters, argument, allowed } = application;
  const site = new CallSite(file.path, file.text, file.program.language, call, parameters);
  const written = site.find(argument);
  const number = written?.value.kind === "number" ? written.value : undefined;
  if (site.hasSpread || (written && !number)) return undefined;
  return {
    place: placeOfNode(file.path, number ?? call),
    name: argument,
    current: number?.value ?? 1,
    allowed: allowed(call),
    application: name,
    edits: (value) => {
      const text = writeNumber(value, number?.isFloat ?? true);
      return [written ? site.setValue(written, text) : site.append(site.write(argument, text))];
    },
  };
}

/** The numbers that may be a multiplier, the likely ones first. */
function candidates(context: LeverContext): WidthMultiplier[] {
  const files = filesOf(context);
  const programs = files.map(({ program }) => program);
  const signatures = signaturesOf(programs);
  const used = applicationsOf(context, files, signatures);
  const direct = used.flatMap((one) => ofApplication(one) ?? []);
  // A number that reaches an application through a name is bound by what the application accepts.
  const [through] = used.filter((one) => !ofApplication(one));
  const onTheWay = new Set(framesOf(context).map(({ place }) => `${place.file}:${place.span.start}:${place.span.end}`));
  const isOnTheWay = ({ file, call }: WrittenNumber) =>
    call !== null && onTheWay.has(`${file.path}:${call.span.start}:${call.span.end}`);
  const numbers = files
    .flatMap((file) => writtenNumbers(file, signatures))
    .map((number) => ({ number, rank: likelihood(number) + (isOnTheWay(number) ? 0.5 : 0) }))
    // An argument without a name counts only in a call that leads to layers.
    .filter(({ number: { name }, rank }) => rank >= (name === null ? 1.5 : 1))
    .sort((a, b) => b.rank - a.rank);
  const written = numbers.map(({ number: { file, node, name } }): WidthMultiplier => {
    const { start, end } = node.span;
    return {
      place: placeOfNode(file.path, node),
      name,
      current: node.value,
      allowed: through?.application.allowed(through.call) ?? (name === null ? null : allowedByCode(programs, name)),
      application: through?.application.name ?? null,
      edits: (value) => [{ file: file.path, start, end, text: writeNumber(value, node.isFloat) }],
    };
  });
  return [...direct, ...written];
}

/** A smaller value to try a multiplier with. */
function trialOf({ current, allowed }: WidthMultiplier): number | undefined {
  if (allowed) return allowed.findLast((value) => value < current);
  // A whole number may have to stay one.
  return Number.isInteger(current) && current > 1 ? Math.ceil(current / 2) : current / 2;
}

/**
 * The width multiplier of a model, verified by evaluating it with a smaller value, which must leave inputs, outputs and the
 * layers as they are and narrow most of them. Empty when there is none, or no smaller value is allowed.
 */
export function findWidthMultipliers(context: LeverContext): WidthMultiplier[] {
  if (context.report.status === "error") return [];
  const seen = new Set<string>();
  let tried = 0;
  for (const one of candidates(context)) {
    const key = JSON.stringify(one.place);
    const trial = trialOf(one);
    if (seen.has(key) || trial === undefined) continue;
    seen.add(key);
    if (++tried > MAX_TRIED) break;
    if (isScaled(context.report, context.evaluate(one.edits(trial)), trial / one.current)) return [one];
  }
  return [];
}
