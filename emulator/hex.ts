/** So many random hexadecimal digits. */
export function hex(random: () => number, digits: number): string {
  let text = ''
  while (text.length < digits)
    text += Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0')
  return text.slice(0, digits)
}
