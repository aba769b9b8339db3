// The requests of our own client, each answered in a file of its own; here they only find their document.
import type { Connection } from "vscode-languageserver";
import { calibrateModel, forgetCalibration } from "./calibrate";
import { compareVersions } from "./compare-versions";
import type { OpenDocument } from "./document";
import { explainFile } from "./explain-file";
import { askInput, declareInput } from "./input-shape";
import {
  ADD_BOARD_REQUEST,
  CALIBRATE_REQUEST,
  type CalibrateParams,
  CHOOSE_TARGET_REQUEST,
  type ChooseTargetParams,
  COMPARE_REQUEST,
  type CompareParams,
  DECLARE_INPUT_REQUEST,
  type DeclareInputParams,
  type DocumentParams,
  EXPLAIN_FILE_REQUEST,
  FORGET_CALIBRATION_REQUEST,
  INPUT_REQUEST,
  type ModelRef,
  TABLE_REQUEST,
  type TableParams,
  TARGETS_REQUEST,
} from "./protocol";
import type { RequestHost } from "./request-host";
import { tableOf } from "./table";
import { addOwnBoard, chooseTargetOf, targetChoices } from "./targets";

/** Answers the requests of protocol.ts that are not about what is on the screen. */
export function answerRequests(connection: Connection, host: RequestHost): void {
  const answer = <Params extends DocumentParams>(
    method: string,
    work: (document: OpenDocument, params: Params) => unknown,
  ) =>
    connection.onRequest(method, (params: Params) => {
      const document = host.document(params.uri);
      return document === undefined ? null : work(document, params);
    });
  answer(TARGETS_REQUEST, (document, { index }: DocumentParams & Partial<ModelRef>) =>
    targetChoices(document, index, host),
  );
  answer(CHOOSE_TARGET_REQUEST, (document, { change }: ChooseTargetParams) => chooseTargetOf(document, change, host));
  answer(ADD_BOARD_REQUEST, (document) => addOwnBoard(document, host));
  answer(INPUT_REQUEST, (document, { index }: ModelRef) => askInput(document, index, host));
  answer(DECLARE_INPUT_REQUEST, (document, params: DeclareInputParams) => declareInput(document, params, host));
  answer(CALIBRATE_REQUEST, (document, params: CalibrateParams) => calibrateModel(document, params, host));
  answer(FORGET_CALIBRATION_REQUEST, (document, { index }: ModelRef) => forgetCalibration(document, index, host));
  answer(EXPLAIN_FILE_REQUEST, (document) => explainFile(document, host));
  answer(TABLE_REQUEST, ({ analysis }, { index, format }: TableParams) => {
    const report = analysis?.reports[index];
    return report ? tableOf(report, format) : null;
  });
  answer(COMPARE_REQUEST, (document, params: CompareParams) => compareVersions(document, params, host));
}
