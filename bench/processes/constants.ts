/** A gateway that answers constants, in a process of its own. */
import { openConstantGateway } from '../emulator/constant-gateway'
import { serve } from '../measured'

void serve(async () => {
  const { url, close } = await openConstantGateway()
  return { ready: { url }, answers: {}, close }
})
