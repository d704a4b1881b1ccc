App({
  onLaunch() {
    wx.cloud.init({ traceUser: false })
  },
})
