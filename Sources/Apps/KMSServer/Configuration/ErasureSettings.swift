extension Setting {
  static let erasure = [
    Setting("seal.directory") { draft, text throws(ValueProblem) in
      draft.result.erasure.directory = try Value.path(text)
    },
    Setting("erasure.interval") { draft, text throws(ValueProblem) in
      draft.result.erasure.interval =
        text == "off" ? nil : try Value.duration(text, from: .seconds(60), to: .seconds(366 * 86_400))
    },
  ]
}
