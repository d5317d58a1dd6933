import KMSDomain
import KMSEngine

// Work on managed objects.
extension Trial {
  static let moveOn = Trial(.moveObjectOn) { MoveObjectOn($0.key.id) }
}
