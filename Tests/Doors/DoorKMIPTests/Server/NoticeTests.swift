import KMSBytes
import KMSDomain
import KMSEngine
import KMSTestKit
import NetKit
import Synchronization
import TestHouse
import Testing
import WireKMIP

@testable import DoorKMIP

// One after the other: every world has files open.
@Suite(.serialized) struct NoticeTests {
  @Test(.timeLimit(.minutes(5)))
  func `a new object is put, and its changes are notified, judged and recorded as the client's own`()
    async throws
  {
    let audience = try await NoticeWorld()
    try await audience.listen { line in
      let key = try await audience.world.made()
      let put = try #require(await line.told())
      #expect(put.operation == .put)
      #expect(put.payload[.uniqueIdentifier]?.text == key)
      #expect(put.payload[.putFunction]?.enumeration(KMIP.PutFunction.self) == .new)
      #expect(put.payload[.symmetricKey]?[.keyBlock]?[.keyValue]?[.keyMaterial]?.byteString?.count == 16)
      // What it was put as it is still: only Get makes it stale.
      #expect(try await audience.world.attributes(of: key, .fresh).boolean(.fresh) == true)
      _ = try await audience.world.about(key, .activate)
      let notify = try #require(await line.told())
      #expect(notify.operation == .notify)
      let attributes = try AttributeReader.read(try #require(notify.payload[.attributes]), .v2_1)
      #expect(attributes.enumeration(KMIP.State.self) == .active)
      #expect(Set(attributes.instances.map(\.tag)) == [.state, .activationDate, .lastChangeDate])
    }
    let told = try audience.world.house.records().filter { ["Put", "Notify"].contains($0.operation) }
    #expect(told.map(\.operation) == ["Put", "Put", "Notify"])
    #expect(told.allSatisfy { $0.who?.principal == NoticeWorld.listener.principal })
  }

  @Test(.timeLimit(.minutes(5)), arguments: [KMIPVersion.v1_0, .v1_3, .v2_0])
  func `a client is told in the version that it prefers`(version: KMIPVersion) async throws {
    let audience = try await NoticeWorld()
    try await audience.listen(speaking: [KMIPVersion(major: 7, minor: 0), version, .v2_1]) { line in
      let key = try await audience.world.made()
      let put = try #require(await line.told())
      #expect(put.version == version)
      #expect(put.payload.all(.attribute).isEmpty == (version >= .v2_0))
      _ = try await audience.world.change(key, .addAttribute) { $0.set(.contactInformation, to: "me") }
      _ = try #require(await line.told())
      _ = try await audience.world.about(key, .deleteAttribute) { writer in
        writer.enumeration(.attributeReference, KMIPTag.contactInformation.rawValue)
      }
      let notify = try #require(await line.told()).payload
      if version >= .v2_0 {
        #expect(notify[.attributeReference]?.enumeration == KMIPTag.contactInformation.rawValue)
      } else {
        let removed = try #require(notify.all(.attribute).first { $0[.attributeValue] == nil })
        #expect(removed[.attributeName]?.text == "Contact Information")
      }
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func `of what a client may not have, it is told what it may know, and nothing of the rest`() async throws {
    let audience = try await NoticeWorld(
      listener: Fixtures.caller("listener", policies: [.allBut(.getObject)]))
    try await audience.listen { line in
      _ = try await audience.world.made()
      #expect(await line.told()?.operation == .notify)
    }
    let blind = try await NoticeWorld(
      listener: Fixtures.caller("listener", policies: [.allBut(.getAttributes)]))
    try await blind.listen { line in
      _ = try await blind.world.made()
      #expect(line.waiting == 0)
    }
    let told = try blind.world.house.records().filter { ["Put", "Notify"].contains($0.operation) }
    #expect(told.isEmpty)
  }

  @Test(.timeLimit(.minutes(5)))
  func `a sensitive object is described, and a client that takes no objects gets none`() async throws {
    let audience = try await NoticeWorld()
    try await audience.listen { line in
      _ = try await audience.world.made { $0.set(.sensitive, to: true) }
      let notify = try #require(await line.told())
      #expect(notify.operation == .notify)
      #expect(notify.payload[.attributes]?[.cryptographicLength]?.integer == 128)
    }
    try await audience.listen(refusing: [.put]) { line in
      for first in [true, false] {
        _ = try await audience.world.made()
        if first { #expect(await line.told()?.operation == .put) }
        #expect(await line.told()?.operation == .notify)
      }
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func `what a date has made of an object is told when it is written down`() async throws {
    let audience = try await NoticeWorld()
    let world = audience.world
    let date = world.house.clock.now().advanced(seconds: 60)
    let key = try await world.made { $0.set(.activationDate, to: date) }
    try await audience.listen { line in
      world.house.clock.advance(seconds: 60)
      #expect(try await TransitionJob(world.house.engine).runOnce() == 1)
      let notify = try #require(await line.told())
      #expect(notify.payload[.uniqueIdentifier]?.text == key)
      #expect(notify.payload[.attributes]?[.state]?.enumeration(KMIP.State.self) == .active)
      #expect(notify.payload[.attributes]?[.activationDate] == nil)
    }
  }

  @Test(.timeLimit(.minutes(5)))
  func `changes over other protocols are told too`() async throws {
    let audience = try await NoticeWorld()
    try await audience.listen { line in
      let key = try await audience.world.awsKey()
      // Its material never leaves.
      let notify = try #require(await line.told())
      #expect(notify.operation == .notify)
      #expect(notify.payload[.uniqueIdentifier]?.text == key)
    }
  }

  @Test func `roles change on a connection of the client's own only`() async throws {
    let audience = try await NoticeWorld()
    let fingerprint = NoticeWorld.fingerprint
    let web = KMIPPeer(source: "192.0.2.1", fingerprint: fingerprint)
    #expect(try await audience.setRole(.client, on: web).reason == .featureNotSupported)
    let peer = KMIPPeer(source: "192.0.2.1", fingerprint: fingerprint, isReversible: true)
    let undone = try await audience.setRole(.client, on: peer) { header in
      header.enumeration(KMIP.BatchErrorContinuationOption.undo)
    }
    #expect(undone.reason == .featureNotSupported && undone.asker == nil)
    let kept = try await audience.setRole(.server, on: peer)
    #expect(kept.isSuccess && kept.asker == nil)
    // An answer that is too large isn't the one that was agreed on.
    let cut = try await audience.setRole(.client, on: peer) { $0.integer(.maximumResponseSize, 32) }
    #expect(cut.reason == .responseTooLarge && cut.asker == nil)
    #expect(audience.notices.listenerCount == 0)
  }

  @Test func `a client has so many listeners at once, and they end with their connections`() async throws {
    let audience = try await NoticeWorld()
    let peer = KMIPPeer(source: "192.0.2.1", fingerprint: NoticeWorld.fingerprint, isReversible: true)
    var askers: [any MessageAsker] = []
    for _ in 0..<KMIPNotices.mostOfClient {
      askers.append(try #require(try await audience.setRole(.client, on: peer).asker))
    }
    #expect(try await audience.setRole(.client, on: peer).reason == .serverLimitExceeded)
    askers = []
    #expect(!audience.notices.isListening)
    #expect(try await audience.setRole(.client, on: peer).isSuccess)
  }

  @Test func `what a listener doesn't come for in time ends it`() async throws {
    let queue = NoticeQueue(about: Fixtures.key().home) { _ in }
    queue.add(KeyNews(Fixtures.key(), isNew: true))
    // What waits already is told once.
    queue.add(KeyNews(Fixtures.key()))
    #expect(await queue.next()?.isNew == true)
    queue.add(KeyNews(Fixtures.key(account: Fixtures.otherAccount)))
    for number in 0..<UInt64(NoticeQueue.most) { queue.add(KeyNews(Fixtures.key(number))) }
    #expect(await queue.next()?.after.identifier == "key-0")
    queue.add(KeyNews(Fixtures.key(1000)))
    queue.add(KeyNews(Fixtures.key(1001)))
    #expect(await queue.next() == nil)
  }
}
