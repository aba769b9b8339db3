// Recipes are source files of ours that are imported as text and read by the evaluator.
declare module "*.py?raw" {
  const text: string;
  export default text;
}
