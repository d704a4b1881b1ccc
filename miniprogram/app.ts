import { transport } from './services/environment'

App({
  onLaunch() {
    transport.start()
  },
})
