/// A role as Azure defines it: what it lets somebody do, by patterns of data actions.
package struct AzureRole: Sendable {
  /// A GUID, in lower case.
  package let id: String
  package let name: String
  /// What it is for, for people.
  package let description: String
  /// Names of data actions, in which `*` stands for anything.
  package let dataActions: [String]
  /// Taken out of `dataActions` again.
  package let notDataActions: [String]

  package init(
    id: String, name: String, description: String = "", dataActions: [String], notDataActions: [String] = []
  ) {
    self.id = id
    self.name = name
    self.description = description
    self.dataActions = dataActions
    self.notDataActions = notDataActions
  }

  /// What it lets somebody do in a container of that kind.
  package func allowed(in provider: DataAction.Provider) -> [DataAction] {
    DataAction.allCases.filter { action in
      guard let name = action.name(in: provider)?.lowercased() else { return false }
      return AzureRole.matches(name, dataActions) && !AzureRole.matches(name, notDataActions)
    }
  }

  static func matches(_ name: String, _ patterns: [String]) -> Bool {
    patterns.contains { matches(Array(name.utf8), Array($0.lowercased().utf8)) }
  }

  /// Goes back to the last star only: no pattern costs more than the product of both lengths.
  private static func matches(_ name: [UInt8], _ pattern: [UInt8]) -> Bool {
    let star = UInt8(ascii: "*")
    var (at, place) = (0, 0)
    var resume: (at: Int, place: Int)?
    while at < name.count {
      if place < pattern.count, pattern[place] == star {
        resume = (at, place)
        place += 1
      } else if place < pattern.count, pattern[place] == name[at] {
        at += 1
        place += 1
      } else if let last = resume {
        at = last.at + 1
        place = last.place + 1
        resume = (at, last.place)
      } else {
        return false
      }
    }
    return pattern[place...].allSatisfy { $0 == star }
  }
}
