/** Of the length that WeChat's have. */
export const openidOf = (i: number): string => `oBenchPerson${String(i).padStart(16, '0')}`
