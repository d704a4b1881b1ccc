import type { ServerResponse } from 'node:http'

/** What pages hear without asking: server-sent events. */
export class Events {
  private readonly listeners = new Set<ServerResponse>()

  /** Keeps the response open; each event from now on is written to it. */
  open(response: ServerResponse): void {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
    })
    // A comment line, so that the listener sees an open stream before the first event.
    response.write(': open\n\n')
    this.listeners.add(response)
    response.on('close', () => this.listeners.delete(response))
  }

  send(event: 'message' | 'log' | 'clock', data: unknown): void {
    if (this.listeners.size === 0) return
    const text = `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
    for (const listener of this.listeners) listener.write(text)
  }

  close(): void {
    for (const listener of this.listeners) listener.end()
    this.listeners.clear()
  }
}
