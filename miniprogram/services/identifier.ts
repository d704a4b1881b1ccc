/** An id that no other phone makes: time, and 60 bits by chance. It needs to be unique, not secret. */
export function newId(): string {
  const chance = () =>
    Math.floor(Math.random() * 0x40000000)
      .toString(36)
      .padStart(6, '0')
  return `${Date.now().toString(36)}-${chance()}${chance()}`
}
