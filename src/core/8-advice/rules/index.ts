// All rules, in the order in which their fixes are tried.
import type { Rule } from "../rule";
import { standardConvCouldBeSeparable } from "./standard-conv-could-be-separable";

export const RULES: readonly Rule[] = [standardConvCouldBeSeparable];
