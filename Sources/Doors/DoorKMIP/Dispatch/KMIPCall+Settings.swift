import KMSDomain
import KMSEngine
import WireKMIP

extension KMIPCall {
  private var settings: AccountSettings { AccountSettings(home: home, desk: door.engine.desk) }

  /// - Parameter tag: `defaultsInformation` or `constraints`.
  /// - Returns: nil while nothing is set.
  func setting(_ tag: KMIPTag) async throws(KMIPFault) -> TTLVItem? {
    do throws(KMSError) {
      return try await settings.value(tag)
    } catch {
      throw KMIPFault(error)
    }
  }

  /// - Parameter item: nil: nothing is set any more.
  func set(_ tag: KMIPTag, to item: TTLVItem?, _ operation: String, _ action: Action) async throws(KMIPFault)
  {
    let before = try await settingKey(tag)
    let value = AttributeList.item { writer in
      if let item { writer.copy(item) } else { writer.structure(tag) { _ in } }
    }
    if let before {
      let input = ObjectWork.Input(action, on: reference(before.record.identifier))
      _ = try await run(
        ObjectWork(operation, in: home, on: [input]) { (scene) throws(KMSError) -> ObjectPlan in
          guard let key = scene.inputs.first else { return ObjectPlan() }
          do throws(KMIPFault) {
            return ObjectPlan(edits: [
              try KMIPObject(key, at: scene.now).edited { $0.kept.set(value, as: AttributeName(tag)) }
            ])
          } catch {
            throw error.asError
          }
        })
    } else {
      _ = try await run(
        ObjectWork(operation, in: home, making: [action]) { (scene) throws(KMSError) -> ObjectPlan in
          ObjectPlan(makes: [KMIPCall.newSetting(tag, value)])
        })
    }
  }

  private func settingKey(_ tag: KMIPTag) async throws(KMIPFault) -> ProtectedKey? {
    do throws(KMSError) {
      return try await settings.key(tag)
    } catch {
      throw KMIPFault(error)
    }
  }

  private static func newSetting(_ tag: KMIPTag, _ value: [UInt8]) -> NewObject {
    var kept = AttributeList()
    kept.set(value, as: AttributeName(tag))
    return NewObject(
      kind: .template, spec: .bytes, usages: [], uses: [], exportable: false, isShared: false,
      dates: ObjectDates(), names: [AccountSettings.name(tag)], notes: kept.notes, source: .none)
  }
}
