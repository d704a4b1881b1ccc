/** Which cloud environment this Mini Program has. `hongyan build --standalone` puts another in place of this file. */
import type { Transport } from './transport'
import { wxCloud } from './wx-cloud'

export const transport: Transport = wxCloud
