const INITIAL = 1024

/** Bytes that are written one behind the other: a Buffer for each value would cost more than the value. */
export class Bytes {
  buffer = Buffer.allocUnsafe(INITIAL)
  length = 0

  byte(value: number): void {
    this.reserve(1)
    this.buffer[this.length++] = value
  }

  /** Text in UTF-8. */
  text(value: string): void {
    // No UTF-16 unit takes more than three bytes.
    this.reserve(value.length * 3)
    this.length += this.buffer.write(value, this.length)
  }

  /** A whole number from 0 in so many decimal digits. */
  decimal(value: number, digits: number): void {
    this.reserve(digits)
    let rest = value
    for (let at = this.length + digits - 1; at >= this.length; at--) {
      const tenth = Math.floor(rest / 10)
      this.buffer[at] = ZERO + rest - tenth * 10
      rest = tenth
    }
    this.length += digits
  }

  append(bytes: Buffer): void {
    this.reserve(bytes.length)
    bytes.copy(this.buffer, this.length)
    this.length += bytes.length
  }

  /** Makes room for so many bytes more. */
  reserve(count: number): void {
    const wanted = this.length + count
    if (wanted <= this.buffer.length) return
    const larger = Buffer.allocUnsafe(Math.max(wanted, 2 * this.buffer.length))
    this.buffer.copy(larger, 0, 0, this.length)
    this.buffer = larger
  }

  /** What was written so far; shares its memory until more is written. */
  written(): Buffer {
    return this.buffer.subarray(0, this.length)
  }
}

const ZERO = 0x30
