/** What is typed as a list: by lines, commas or spaces. */
export const list = (text: string): string[] => text.split(/[\s,;]+/).filter(Boolean);
/** Numbers may hold spaces: a list of them goes by lines and commas. */
export const numbers = (text: string): string[] =>
  text
    .split(/[\n,;]+/)
    .map((one) => one.trim())
    .filter(Boolean);
