/** The service words reasons as parts of sentences; on a line of its own one begins like a sentence. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
