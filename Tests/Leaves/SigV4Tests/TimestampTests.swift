import SigV4
import Testing

@Suite("Moments")
struct TimestampTests {
  private func basic(_ text: String) -> Int64? { Timestamp(basic: text.utf8.span)?.seconds }
  private func http(_ text: String) -> Int64? { Timestamp(httpDate: text.utf8.span)?.seconds }

  @Test("Known moments are read and written")
  func known() {
    let moments: [(String, Int64)] = [
      ("19700101T000000Z", 0), ("20000229T120000Z", 951_825_600), ("20150830T123600Z", 1_440_938_160),
      ("20240229T235959Z", 1_709_251_199), ("20380119T031408Z", 2_147_483_648),
      ("21000301T000000Z", 4_107_542_400), ("99991231T235959Z", 253_402_300_799),
    ]
    for (text, seconds) in moments {
      #expect(basic(text) == seconds)
      #expect(Timestamp(seconds: seconds).text == text)
      #expect(Timestamp(milliseconds: seconds * 1000 + 999).text == text)
    }
  }

  @Test("Writing and reading agree on days all over the calendar")
  func roundTrip() {
    for day in stride(from: Int64(0), to: 2_932_896, by: 97) {
      let moment = Timestamp(seconds: day * 86_400 + day % 86_400)
      #expect(basic(moment.text) == moment.seconds)
    }
  }

  @Test("Moments out of range are clamped, not trapped on")
  func clamped() {
    #expect(Timestamp(seconds: .max).text == "99991231T235959Z")
    #expect(Timestamp(seconds: 0).extendedText == "1970-01-01T00:00:00Z")
    #expect(Timestamp(seconds: .max).extendedText == "9999-12-31T23:59:59Z")
    #expect(Timestamp(seconds: .min).seconds == 0)
    #expect(Timestamp(milliseconds: .min).seconds == 0)
    #expect(Timestamp(seconds: 1).advanced(by: .max).text == "99991231T235959Z")
  }

  @Test(
    "Anything but the one form is refused",
    arguments: [
      "", "20150830", "20150830T123600", "20150830t123600z", "2015-08-30T12:36:00Z", "20150830T123600+",
      "20150830T123600ZZ", "20151330T123600Z", "20150030T123600Z", "20150800T123600Z", "20150832T123600Z",
      "20150229T123600Z", "21000229T000000Z", "20150830T243600Z", "20150830T126000Z", "20150830T123660Z",
      "19691231T235959Z", "2015083 T123600Z", "+0150830T123600Z",
    ])
  func malformed(_ text: String) {
    #expect(basic(text) == nil)
  }

  @Test("The date of HTTP is read in its one form")
  func httpDates() {
    #expect(http("Sun, 30 Aug 2015 12:36:00 GMT") == 1_440_938_160)
    #expect(http("Thu, 01 Jan 1970 00:00:00 GMT") == 0)
    for text in [
      "Mon, 30 Aug 2015 12:36:00 GMT", "Sun, 30 Aug 2015 12:36:00 UTC", "Sunday, 30-Aug-15 12:36:00 GMT",
      "Sun Aug 30 12:36:00 2015", "Sun, 31 Feb 2015 12:36:00 GMT", "sun, 30 aug 2015 12:36:00 gmt", "",
      "Sun, 30 Aug 2015 12-36-00 GMT",
    ] {
      #expect(http(text) == nil, "\(text)")
    }
  }
}

@Suite("The time of a request")
struct RequestTimeTests {
  @Test("Five minutes either way are good, a second more is not")
  func skew() throws {
    let claim = try SigV4Claim(Vector.call.request)
    let signedAt = try Vector.call.moment
    #expect(claim.form == .header)
    for seconds in [Int64(-300), 0, 300] { try claim.checkTime(now: signedAt.advanced(by: seconds)) }
    let late = signedAt.advanced(by: 301)
    #expect(throws: SigV4Refusal.expired(.init(signedAt: signedAt, now: late, allowance: 300))) {
      try claim.checkTime(now: late)
    }
    let early = signedAt.advanced(by: -301)
    #expect(throws: SigV4Refusal.notYetCurrent(.init(signedAt: signedAt, now: early, allowance: 300))) {
      try claim.checkTime(now: early)
    }
  }

  @Test(
    "Without x-amz-date the Date header says when, in either form",
    arguments: [
      "Sun, 30 Aug 2015 12:36:00 GMT", "20150830T123600Z",
    ])
  func dateHeader(_ text: String) throws {
    let vector = Vector.call.with {
      $0.drop("x-amz-date")
      $0.add("date", text)
      $0["authorization"] = $0["authorization"].replacing("x-amz-date;", by: "")
    }
    #expect(try SigV4Claim(vector.request).signedAt == Vector.call.moment)
    #expect(vector.with { $0["date"] = "yesterday" }.refusal == .malformed(.date))
  }

  @Test("x-amz-date goes before Date, and is not replaced by it when it is malformed")
  func precedence() throws {
    let both = Vector.call.with { $0.add("date", "Mon, 31 Aug 2015 12:36:00 GMT") }
    #expect(both.isAccepted(under: try both.key()))
    #expect(both.with { $0["x-amz-date"] = "20150830" }.refusal == .malformed(.date))
  }
}
