import KMSServer
import KMSSystem

// Fills the store of a development server that isn't running: `seeder DIR COUNT`.

guard CommandLine.arguments.count == 3, let count = Int(CommandLine.arguments[2]), count > 0 else {
  throw Misuse()
}
let directory = DataDirectory(CommandLine.arguments[1])
let lock = try DirectoryLock(directory.path)
let seeder = try await Seeder(directory)
let elapsed = try await ContinuousClock().measure { try await seeder.makeKeys(count) }
print("\(count) keys in \(elapsed.components.seconds) s, \(await seeder.finish()) flushes to disk")
withExtendedLifetime(lock) {}

struct Misuse: Error, CustomStringConvertible {
  let description = "usage: seeder DIR COUNT"
}
