// The custom operator TFLite_Detection_PostProcess (TFLM kernels/detection_postprocess.cc): non-maximum suppression.
import { type MemoryRule, MISSING_TENSOR } from "./context";

/**
 * Inputs: boxes [1, boxes, 4], scores [1, boxes, classes], anchors. Detections and classes are custom options of the file;
 * where they were not read, the shapes tell them: outputs hold one row per detection, scores one column per class and usually
 * one for the background.
 */
export const detectionPostProcess: MemoryRule = (node) => {
  const boxes = node.input(0)?.shape[1];
  const scores = node.input(1)?.shape;
  const columns = scores?.[2];
  if (boxes === undefined || columns === undefined) return MISSING_TENSOR;
  const { options } = node.operator;
  const detections = options.maxDetections ?? node.output(1)?.shape.at(-1);
  if (detections === undefined) return "its number of detections is not given";
  const classes = options.classes ?? (columns > 1 ? columns - 1 : columns);
  const perBox = 4 * boxes;
  return {
    persistent: [],
    scratch: [
      boxes,
      4 * perBox,
      columns * perBox,
      perBox,
      perBox,
      detections * perBox,
      detections * perBox,
      perBox,
      detections * perBox,
      Math.max(classes, detections) * perBox,
      Math.min(boxes, detections) * perBox,
    ],
  };
};
