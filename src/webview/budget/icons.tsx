// The few pictograms of the page, drawn in the colour of the text they stand beside.

const PATHS = {
  fits: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm3.1 4.9-3.7 4a.6.6 0 0 1-.87.02L4.9 8.8l.85-.85 1.2 1.2 3.27-3.55.88.8Z",
  over: "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm2.83 8.48-.85.85L8 8.85l-1.98 1.98-.85-.85L7.15 8 5.17 6.02l.85-.85L8 7.15l1.98-1.98.85.85L8.85 8l1.98 1.98Z",
  warning:
    "M8.87 2a1 1 0 0 0-1.74 0L1.3 12.5a1 1 0 0 0 .87 1.5h11.66a1 1 0 0 0 .87-1.5L8.87 2ZM8.6 6v4H7.4V6h1.2ZM8 12.4a.75.75 0 1 1 0-1.5.75.75 0 0 1 0 1.5Z",
  question:
    "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm.05 10.3a.75.75 0 1 1 0-1.5.75.75 0 0 1 0 1.5Zm.6-2.9v.5H7.4v-.7c0-.8.5-1.2.95-1.55.4-.32.7-.55.7-1 0-.55-.4-.9-1.05-.9-.62 0-1.02.36-1.06.95H5.7C5.75 4.9 6.66 4.1 8 4.1c1.36 0 2.3.8 2.3 2 0 1.02-.66 1.52-1.13 1.88-.35.27-.52.42-.52.92Z",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={`icon ${name}`} width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path fill="currentColor" fill-rule="evenodd" d={PATHS[name]} />
    </svg>
  );
}
