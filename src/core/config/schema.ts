// What the schemas of the budget file share.
import * as z from "zod/mini";

// zod would compile checks with `new Function`; nothing here may evaluate text.
z.config({ jitless: true });

/** Gives a part of the schema the text that editors show when it is completed or pointed at. */
export function told<T extends z.ZodMiniType>(part: T, description: string): T {
  z.globalRegistry.add(part, { description });
  return part;
}
