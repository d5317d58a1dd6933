import KMSDomain
import KMSEngine
import KMSTestKit

/// What is known of objects, what changes in their lives, how they are found, and what a door does itself.
extension Trial {
  static func read(_ action: Action) -> Trial {
    Trial(action, about: .object, note: " for \(action)") { world in
      ReadObjects("Read", action, of: [World.reference(try world.objects.key)])
    }
  }

  /// Attributes are a door's: here it is enough that others are written.
  static func change(_ action: Action) -> Trial {
    change(action, note: "") { object in
      var object = object
      object.notes = [1, 2, 3]
      return ObjectEdit(object)
    }
  }

  /// - Parameter edit: is told the object as it was.
  static func change(
    _ action: Action, note: String, anyState: Bool = false,
    _ edit: @escaping @Sendable (ManagedObject) -> ObjectEdit
  ) -> Trial {
    Trial(action, about: .object, note: " for \(action)\(note)") { world in
      let input = ObjectWork.Input(action, on: World.reference(try world.objects.key), anyState: anyState)
      return ObjectWork("Change", in: World.objects, on: [input]) { scene in
        ObjectPlan(edits: scene.inputs.map { key in key.record.object.map(edit) })
      }
    }
  }

  static func make(_ action: Action) -> Trial {
    Trial(action, note: " for \(action)") { _ in
      ObjectWork("Make", in: World.objects, making: [action]) { _ in
        ObjectPlan(makes: [World.object(.template, .bytes, .none)])
      }
    }
  }

  static func note(_ action: Action) -> Trial {
    Trial(action, note: " for \(action)") { _ in NotedWork("Note", action, in: Fixtures.account) }
  }

  static let getAttributes = read(.getAttributes)
  static let getAttributeList = read(.getAttributeList)
  static let checkObject = read(.checkObject)
  static let obtainLease = read(.obtainLease)
  static let digest = Trial(.getAttributes, about: .object, note: " for getAttributes, with a digest") {
    ReadObjects("Read", .getAttributes, of: [World.reference(try $0.objects.key)], digests: true)
  }

  static let addAttribute = change(.addAttribute)
  static let modifyAttribute = change(.modifyAttribute)
  static let deleteAttribute = change(.deleteAttribute)
  static let setAttribute = change(.setAttribute)
  static let adjustAttribute = change(.adjustAttribute)
  static let archiveObject = change(.archiveObject)
  static let recoverObject = change(.recoverObject)
  static let getUsageAllocation = change(.getUsageAllocation)
  static let activateObject = change(.activateObject)
  static let revokeObject = change(.revokeObject, note: ", compromised", anyState: true) {
    ObjectEdit($0, events: [.compromise])
  }
  static let destroyObject = change(.destroyObject, note: ", for good", anyState: true) {
    ObjectEdit($0, events: [.deactivate, .destroy], erases: true)
  }

  static let setDefaults = make(.setDefaults)
  static let setConstraints = make(.setConstraints)
  static let getConstraints = note(.getConstraints)
  static let writeLog = note(.writeLog)
  static let login = note(.login)
  static let delegateLogin = note(.delegateLogin)

  static let locateObjects = Trial(.locateObjects, about: .object) { world in
    LocateObjects(
      in: World.objects, by: [1], includesPlainKeys: true, offset: 0, limit: 10, as: World.admin,
      from: world.origin(), matches: { _ in true })
  }
}
