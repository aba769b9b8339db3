// TensorFlow.js as a framework: its layers API is a port of Keras and is built on the same layer classes.
import type { Framework } from "../framework";
import { keras } from "../keras/index";

export const tfjs: Framework = {
  ...keras,
  name: "tfjs",
  modules: {},
  isModel: (_vm, _value): _value is never => false,
  isModelClass: () => false,
};
