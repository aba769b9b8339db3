// The comment that tells what the code does not, as it is written in the language of a file.

/** `# budget: …` in Python, `// budget: …` elsewhere. */
export function directive(file: string, text: string): string {
  return `${/\.(py|pyi|ipynb)$/i.test(file) ? "#" : "//"} budget: ${text}`;
}
