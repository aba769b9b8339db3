// Rows of a table as one stop of the Tab key: arrows, Home and End move between them, Enter and Space follow one.
import { useRef, useState } from "preact/hooks";

interface RowProps {
  tabIndex: number;
  onFocus(): void;
  onClick(): void;
  onKeyDown(event: KeyboardEvent): void;
}

/** Properties of row `index` of `count`; `follow` is what it leads to, undefined for none. */
export function useRows(count: number): (index: number, follow: (() => void) | undefined) => RowProps {
  const [chosen, setChosen] = useState(0);
  const last = useRef(0);
  last.current = Math.max(0, Math.min(chosen, count - 1));
  return (index, follow) => ({
    tabIndex: index === last.current ? 0 : -1,
    onFocus: () => setChosen(index),
    onClick: () => follow?.(),
    onKeyDown: (event) => {
      const row = event.currentTarget as HTMLElement;
      const moves: Record<string, Element | null | undefined> = {
        ArrowDown: row.nextElementSibling,
        ArrowUp: row.previousElementSibling,
        Home: row.parentElement?.firstElementChild,
        End: row.parentElement?.lastElementChild,
      };
      if (event.key in moves) (moves[event.key] as HTMLElement | null | undefined)?.focus();
      else if ((event.key === "Enter" || event.key === " ") && follow) follow();
      else return;
      event.preventDefault();
    },
  });
}
