import KMSDomain
import KMSEngine
import KMSTestKit
import TestHouse
import Testing

/// Objects that are made, changed and put back, and for whom clients keep them.
// One after the other: every world has files open.
@Suite(.serialized) struct ObjectWorkTests {
  private static func making(_ object: @escaping @Sendable () -> NewObject) -> ObjectWork {
    ObjectWork("Make", in: World.objects, making: [.registerObject]) { _ in ObjectPlan(makes: [object()]) }
  }

  private static func secret() -> NewObject { World.object(.secret, .bytes, World.given([1, 2, 3])) }

  private static func editing(
    _ key: KeyRecord, _ edit: @escaping @Sendable (ProtectedKey) throws(KMSError) -> ObjectEdit
  ) -> ObjectWork {
    let input = ObjectWork.Input(.modifyAttribute, on: World.reference(key), anyState: true)
    return ObjectWork("Change", in: World.objects, on: [input]) { (scene) throws(KMSError) -> ObjectPlan in
      guard let key = scene.inputs.first else { return ObjectPlan() }
      return ObjectPlan(edits: [try edit(key)])
    }
  }

  private static func noting(_ key: KeyRecord, _ notes: [UInt8]) -> ObjectWork {
    editing(key) { key in
      var object = key.record.object
      object?.notes = notes
      return ObjectEdit(object)
    }
  }

  private static func takingBack(_ change: ObjectWork.Answer) -> ObjectWork {
    editing(change.inputs[0].record) { [change] _ in
      ObjectEdit(from: change.inputs[0], backTo: change.before[0])
    }
  }

  @Test func `a change is taken back, and its object is as it was`() async throws {
    let world = try await World()
    let key = try await world.run(Self.making(Self.secret)).made[0].record
    let change = try await world.run(Self.noting(key, [7]))
    #expect(try await world.stored(key).object?.notes == [7])
    try await world.run(Self.takingBack(change))
    #expect(try await world.stored(key).object == key.object)
    let compromise = try await world.run(
      Self.editing(key) { ObjectEdit($0.record.object, events: [.compromise]) })
    #expect(try await world.stored(key).state == .compromised)
    try await world.run(Self.takingBack(compromise))
    #expect(try await world.stored(key).state == key.state)
  }

  @Test func `what was changed since, or erased, isn't taken back`() async throws {
    let world = try await World()
    let key = try await world.run(Self.making(Self.secret)).made[0].record
    let change = try await world.run(Self.noting(key, [7]))
    try await world.run(Self.noting(key, [8]))
    #expect(try await world.failure(of: Self.takingBack(change)) == .object(.wrongState(key.resourceName)))
    #expect(try await world.stored(key).object?.notes == [8])
    let destruction = try await world.run(
      Self.editing(key) { ObjectEdit($0.record.object, events: [.destroy], erases: true) })
    #expect(try await world.stored(key).state == .destroyed)
    #expect(
      try await world.failure(of: Self.takingBack(destruction)) == .object(.wrongState(key.resourceName)))
    #expect(try await world.stored(key).versions.allSatisfy { $0.material == nil })
  }

  @Test func `what doesn't pass isn't made`() async throws {
    let world = try await World()
    let work = Self.making(Self.secret).checked { (object) throws(KMSError) in
      guard object.kind != .secret else { throw .object(.refused(reason: 1, "no secrets")) }
    }
    #expect(try await world.failure(of: work) == .object(.refused(reason: 1, "no secrets")))
  }

  // MARK: For whom

  private static func origin(_ claim: RequestOrigin.Claim?) -> RequestOrigin {
    RequestOrigin(
      id: Fixtures.origin().id, door: "kmip", source: "127.0.0.1", isEncrypted: true, userAgent: "",
      claim: claim)
  }

  private static func outcome(_ world: World, _ key: KeyRecord, for claim: RequestOrigin.Claim?) async
    -> Decision.Ground?
  {
    let read = ReadObjects("Read", .getAttributes, of: [World.reference(key)])
    do throws(KMSError) {
      _ = try await world.engine.run(read, as: World.admin, from: origin(claim))
      return nil
    } catch .denied(let denial) {
      return denial.decision.ground
    } catch {
      return .everyone
    }
  }

  private static func found(_ world: World, for claim: RequestOrigin.Claim?) async throws -> [KeyID] {
    let search = LocateObjects(
      in: World.objects, by: [1], includesPlainKeys: false, offset: 0, limit: 10, as: World.admin,
      from: origin(claim), matches: { _ in true })
    let answer = try await world.engine.run(search, as: World.admin, from: origin(claim))
    return answer.objects.map(\.record.id)
  }

  @Test func `a client's users don't reach each other's objects`() async throws {
    let world = try await World()
    let work = Self.making {
      var object = Self.secret()
      object.terms = [1]
      return object
    }
    let key = try await world.run(work.held(by: "alice")).made[0].record
    #expect(key.object?.holder == "alice")
    #expect(await Self.outcome(world, key, for: .user("alice")) == nil)
    #expect(await Self.outcome(world, key, for: .user("bob")) == .otherHolder)
    #expect(await Self.outcome(world, key, for: .nobody) == .otherHolder)
    #expect(await Self.outcome(world, key, for: nil) == nil, "other protocols have no words for it")
    #expect(try await Self.found(world, for: .user("alice")) == [key.id])
    #expect(try await Self.found(world, for: .user("bob")).isEmpty)
  }

  @Test func `a claim gives no rights`() async throws {
    let world = try await World()
    let key = try await world.run(Self.making(Self.secret).held(by: "alice")).made[0].record
    let read = ReadObjects("Read", .getAttributes, of: [World.reference(key)])
    await #expect(throws: KMSError.self) {
      _ = try await world.engine.run(
        read, as: Fixtures.caller("nobody"), from: Self.origin(.user("alice")))
    }
  }
}
