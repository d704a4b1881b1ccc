/** core alone in a process of its own: a campaign on a sink, and the rendering of its texts by Handlebars alone. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as z from 'zod'
import { compileText } from '../../core/template/rendering'
import { runEngine } from '../engine/run'
import { paramsOf, TEXTS } from '../engine/template'
import { serve } from '../measured'

setFlagsFromString('--expose-gc')
const collect = z.custom<() => void>((found) => typeof found === 'function').parse(runInNewContext('gc'))

const engineSchema = z.strictObject({
  people: z.number(),
  params: z.enum(['shared', 'own']),
  /** Whether its heap is looked at, too. */
  looks: z.boolean().default(false),
})
const handlebarsSchema = z.strictObject({ people: z.number() })

void serve(async () => {
  const texts = TEXTS.map(compileText)
  return {
    answers: {
      engine(input) {
        const { people, params, looks } = engineSchema.parse(input)
        return runEngine(people, params, looks ? collect : undefined)
      },
      /** Milliseconds of CPU to render the texts of a message for so many people, and nothing else. */
      handlebars(input) {
        const { people } = handlebarsSchema.parse(input)
        const started = process.cpuUsage()
        let characters = 0
        for (let i = 0; i < people; i += 1) {
          const params = paramsOf(i)
          for (const text of texts) characters += text(params, 'Asia/Shanghai').length
        }
        const { user, system } = process.cpuUsage(started)
        if (characters < people) throw new Error('nothing was rendered')
        return (user + system) / 1000
      },
    },
    close: async () => undefined,
  }
})
