// swift-tools-version: 6.2
import PackageDescription

// The house as a table: folder, module, what it may import. The arrows are checked by Scripts/check-layers.

/// Flags for every target of ours, C targets excepted.
let house: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  // The hot path crosses rings through generic code: without this, each crossing looks types up at run time.
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func module(_ folder: String, _ name: String, _ imports: [Target.Dependency] = []) -> Target {
  .target(
    name: name, dependencies: imports, path: "Sources/\(folder)/\(name)", swiftSettings: house)
}

/// Without a procedure linkage table, calls into libcrypto and the C library take one jump and one cache line less.
func cShim(_ folder: String, _ name: String, _ imports: [Target.Dependency] = [], links: [String] = [])
  -> Target
{
  .target(
    name: name, dependencies: imports, path: "Sources/\(folder)/\(name)",
    cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror", "-O2", "-fno-plt"])],
    linkerSettings: links.map { .linkedLibrary($0) })
}

func executable(_ folder: String, _ name: String, _ imports: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: imports, path: "Sources/\(folder)/\(name)", swiftSettings: house)
}

func tests(_ folder: String, _ name: String, _ imports: [Target.Dependency]) -> Target {
  .testTarget(
    name: name, dependencies: imports, path: "Tests/\(folder)/\(name)", swiftSettings: house)
}

/// Code that several test targets share.
func library(_ folder: String, _ imports: [Target.Dependency]) -> Target {
  .target(
    name: String(folder.split(separator: "/").last ?? ""), dependencies: imports, path: "Tests/\(folder)",
    swiftSettings: house)
}

/// An executable that only tests use.
func tool(_ folder: String, _ name: String, _ imports: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: imports, path: "Tests/\(folder)", swiftSettings: house)
}

/// All targets, or with `CLAVIGER_TESTS=A,B` only those test targets: a quick inner loop with
/// `CLAVIGER_TESTS=KMSDomainTests swift test --test-product clavigerPackageTests`.
func only(_ targets: [Target], tests: [Target]) -> [Target] {
  guard let names = Context.environment["CLAVIGER_TESTS"]?.split(separator: ",").map(String.init) else {
    return targets + tests
  }
  return targets + tests.filter { $0.type != .test || names.contains($0.name) }
}

/// Only with `CLAVIGER_BENCH=1`, so that benchmarks never enter the product build: they need `package` access.
let benchmarks: [Target] =
  Context.environment["CLAVIGER_BENCH"] == nil
  ? []
  : [
    .target(
      name: "CCustodyLoop", path: "Benchmarks/custody/loop", cSettings: [.unsafeFlags(["-O2", "-fno-plt"])],
      linkerSettings: [.linkedLibrary("crypto")]),
    .executableTarget(
      name: "custody-bench",
      dependencies: ["CCustodyLoop", "CustodyConformance", "CustodySoftware", "KMSDomain", "KMSSystem"],
      path: "Benchmarks/custody/bench", swiftSettings: house),
    .executableTarget(
      name: "kmip-door-bench",
      dependencies: [
        "DoorAWS", "DoorKMIP", "KMSBytes", "KMSDomain", "KMSEngine", "KMSSystem", "KMSTestKit", "TestHouse",
        "WireKMIP",
      ],
      path: "Benchmarks/kmip/door", swiftSettings: house),
    .executableTarget(
      name: "kmip-echo",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      path: "Benchmarks/kmip/echo", swiftSettings: house),
    .executableTarget(
      name: "kmip-load", path: "Benchmarks/kmip/load", cSettings: [.unsafeFlags(["-O2"])],
      linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .executableTarget(
      name: "http-echo",
      dependencies: [
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      path: "Benchmarks/echo", swiftSettings: house),
    .executableTarget(
      name: "seeder",
      dependencies: ["CustodySoftware", "DoorAWS", "KMSDomain", "KMSServer", "KMSSystem", "StoreSQLite"],
      path: "Benchmarks/seeder", swiftSettings: house),
  ]

func product(_ name: String, _ package: String) -> Target.Dependency {
  .product(name: name, package: package)
}

let crypto = product("Crypto", "swift-crypto")
let cryptoExtras = product("CryptoExtras", "swift-crypto")
let x509 = product("X509", "swift-certificates")
let asn1 = product("SwiftASN1", "swift-asn1")
let nioCore = product("NIOCore", "swift-nio")
let nioEmbedded = product("NIOEmbedded", "swift-nio")
let nioPosix = product("NIOPosix", "swift-nio")
let nioTLS = product("NIOTLS", "swift-nio")
let nioHTTP1 = product("NIOHTTP1", "swift-nio")
let nioSSL = product("NIOSSL", "swift-nio-ssl")
let nioHTTPTypes = product("NIOHTTPTypes", "swift-nio-extras")
let httpTypes = product("HTTPTypes", "swift-http-types")
let hummingbird = product("Hummingbird", "hummingbird")
let hummingbirdCore = product("HummingbirdCore", "hummingbird")
let hummingbirdTLS = product("HummingbirdTLS", "hummingbird")
let grdb = product("GRDB", "GRDB.swift")
let logging = product("Logging", "swift-log")
let lifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
let signals = product("UnixSignals", "swift-service-lifecycle")
let arguments = product("ArgumentParser", "swift-argument-parser")
let yaml = product("Yams", "Yams")
let jwt = product("JWTKit", "jwt-kit")

let package = Package(
  name: "claviger",
  products: [
    .executable(name: "claviger", targets: ["claviger"]),
    // What tests put between custody and a token, which loads modules by their path.
    .library(name: "pkcs11-faults", type: .dynamic, targets: ["PKCS11Faults"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
  ],
  targets: only(
    [
      cShim("Leaves", "CKMSSystem"),
      module("Leaves", "KMSSystem", ["CKMSSystem"]),
      module("Leaves", "KMSBytes"),
      module("Leaves", "WireJSON", ["KMSBytes"]),
      module("Leaves", "WireKMIP", ["KMSBytes", "WireJSON"]),
      module("Leaves", "CBOR"),
      module("Leaves", "AzureRoles"),
      module("Leaves", "SigV4", ["KMSBytes", crypto]),
      module("Leaves", "WebClient", [nioCore, nioHTTP1, nioPosix, nioSSL, x509, asn1]),
      module(
        "Leaves", "NetKit",
        [
          "KMSBytes", nioCore, nioPosix, nioTLS, nioSSL, nioHTTPTypes, httpTypes, hummingbird,
          hummingbirdCore,
          hummingbirdTLS, lifecycle, logging, crypto, cryptoExtras, x509, asn1,
        ]),

      module("Core", "KMSSecrets", ["KMSBytes", "KMSSystem"]),
      module("Core", "KMSDomain", ["KMSBytes", "KMSSecrets"]),
      module("Core", "KMSEngine", ["KMSBytes", "KMSDomain"]),

      cShim("Custody", "COpenSSL", ["CKMSSystem"], links: ["crypto"]),
      module(
        "Custody", "CustodySoftware", ["COpenSSL", "KMSBytes", "KMSDomain", "KMSSecrets", "KMSSystem"]),

      cShim("Custody", "CPKCS11", links: ["dl"]),
      module(
        "Custody", "CustodyPKCS11", ["CPKCS11", "KMSBytes", "KMSDomain", "KMSSecrets", "KMSSystem"]),

      module("Storage", "StoreSQLite", ["KMSBytes", "KMSDomain", "KMSSystem", grdb]),

      module("Trust", "KMSIdentity", ["KMSBytes", "KMSDomain", "SigV4"]),
      module("Trust", "KMSAttestation", ["CBOR", "KMSBytes", "KMSDomain", crypto, x509, asn1]),
      module("Trust", "KMSTokens", ["KMSBytes", "KMSDomain", "WebClient", "WireJSON", crypto, jwt]),
      module("Trust", "KMSAudit", ["KMSBytes", "KMSDomain", "KMSSystem", "WireJSON", crypto]),

      module(
        "Doors", "DoorAWS",
        [
          "KMSBytes", "KMSDomain", "KMSEngine", "KMSIdentity", "NetKit", "SigV4", "WireJSON", nioCore,
          httpTypes, hummingbird,
        ]),
      module("Doors", "AdminAPI"),
      module(
        "Doors", "DoorKMIP",
        ["KMSBytes", "KMSDomain", "KMSEngine", "NetKit", "WireJSON", "WireKMIP", asn1, crypto, x509]),
      module(
        "Doors", "DoorAzure",
        [
          "AzureRoles", "KMSBytes", "KMSDomain", "KMSEngine", "KMSIdentity", "NetKit", "WireJSON",
          hummingbird, asn1, crypto,
        ]),
      module(
        "Doors", "DoorAdmin",
        [
          "AdminAPI", "AzureRoles", "KMSBytes", "KMSDomain", "KMSEngine", "KMSSystem", "WireJSON", nioCore,
          httpTypes, hummingbird,
        ]),

      module(
        "Apps", "KMSServer",
        [
          "AdminAPI", "AzureRoles", "CustodyPKCS11", "CustodySoftware", "DoorAWS", "DoorAdmin", "DoorAzure",
          "DoorKMIP",
          "KMSAttestation", "KMSAudit", "KMSBytes", "KMSDomain",
          "KMSEngine", "KMSIdentity", "KMSSystem", "KMSTokens", "NetKit", "SigV4", "StoreSQLite", "WebClient",
          nioCore, nioPosix, nioSSL,
          hummingbird,
          hummingbirdCore, lifecycle, logging, signals, yaml, crypto,
        ]),
      executable(
        "Apps", "claviger",
        [
          "AdminAPI", "KMSBytes", "KMSServer", "KMSSystem", "WireJSON", nioCore, nioPosix, nioHTTP1,
          arguments,
        ]),
    ],
    tests: [
      library("SeededRandom", []),
      library("KMSTestKit", ["KMSDomain"]),
      library(
        "TestHouse",
        [
          "CustodySoftware", "KMSAudit", "KMSDomain", "KMSEngine", "KMSSystem", "KMSTestKit", "StoreSQLite",
          grdb,
        ]),
      .target(
        name: "PKCS11Faults", path: "Tests/PKCS11Faults",
        cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])], linkerSettings: [.linkedLibrary("dl")]),
      tool("PolicyJudge", "policy-judge", ["DoorAWS", "KMSDomain", "WireJSON"]),
      tool(
        "KMIPServer", "kmip-tcp",
        [
          "DoorAWS", "DoorKMIP", "KMSBytes", "KMSDomain", "KMSEngine", "KMSTestKit", "TestHouse", "WireKMIP",
          nioCore,
          nioPosix, nioSSL, crypto, x509, asn1,
        ]),
      library("Conformance/StoreConformance", ["KMSBytes", "KMSDomain"]),
      library("Conformance/CustodyConformance", ["KMSDomain", "KMSTestKit"]),
      tests("Leaves", "KMSBytesTests", ["KMSBytes", "SeededRandom"]),
      tests("Leaves", "AzureRolesTests", ["AzureRoles"]),
      tests("Leaves", "WireJSONTests", ["WireJSON"]),
      tests("Leaves", "WireKMIPTests", ["KMSBytes", "SeededRandom", "WireKMIP"]),
      tests("Leaves", "CBORTests", ["CBOR", "SeededRandom"]),
      tests("Leaves", "SigV4Tests", ["SigV4", "KMSBytes", "SeededRandom"]),
      tests(
        "Leaves", "NetKitTests",
        [
          "KMSBytes", "NetKit", "SeededRandom", nioCore, nioEmbedded, nioHTTP1, nioPosix, nioSSL, hummingbird,
          lifecycle,
          logging,
          crypto, x509, asn1,
        ]),
      tests("Leaves", "WebClientTests", ["NetKit", "WebClient", crypto, x509, asn1]),
      tests("Core", "KMSSecretsTests", ["KMSSecrets", "KMSSystem"]),
      tests("Core", "KMSDomainTests", ["KMSDomain", "KMSTestKit"]),
      tests(
        "Core", "KMSEngineTests",
        ["CustodySoftware", "KMSBytes", "KMSDomain", "KMSEngine", "KMSTestKit", "TestHouse"]),
      tests(
        "Custody", "CustodyPKCS11Tests",
        ["CustodyConformance", "CustodyPKCS11", "CustodySoftware", "KMSDomain", "KMSSecrets", "KMSTestKit"]),
      tests(
        "Custody", "CustodySoftwareTests",
        [
          "CustodySoftware", "CustodyConformance", "KMSBytes", "KMSDomain", "KMSSecrets", "KMSSystem",
          "KMSTestKit",
        ]),
      tests(
        "Storage", "StoreSQLiteTests", ["KMSDomain", "StoreConformance", "StoreSQLite", grdb]),
      tests(
        "Trust", "KMSIdentityTests",
        ["KMSBytes", "KMSDomain", "KMSIdentity", "KMSTestKit", "SigV4", crypto]),
      tests(
        "Trust", "KMSAttestationTests",
        ["CBOR", "KMSAttestation", "KMSBytes", "KMSDomain", "KMSTestKit", "SeededRandom", asn1, crypto, x509]),
      tests(
        "Trust", "KMSTokensTests",
        ["KMSBytes", "KMSDomain", "KMSTestKit", "KMSTokens", crypto, cryptoExtras, jwt]),
      tests(
        "Trust", "KMSAuditTests", ["KMSAudit", "KMSBytes", "KMSDomain", "KMSSystem", "KMSTestKit", crypto]),
      tests(
        "Doors", "DoorAWSTests",
        [
          "DoorAWS", "KMSBytes", "KMSDomain", "KMSEngine", "KMSIdentity", "KMSTestKit", "NetKit", "SigV4",
          "WireJSON", httpTypes,
        ]),
      tests(
        "Doors", "DoorAzureTests",
        [
          "AzureRoles", "DoorAzure", "KMSBytes", "KMSDomain", "KMSEngine", "KMSIdentity", "KMSTestKit",
          "KMSTokens",
          "NetKit", "TestHouse", "WireJSON", crypto, cryptoExtras,
        ]),
      tests(
        "Doors", "DoorKMIPTests",
        ["DoorKMIP", "KMSBytes", "KMSDomain", "KMSEngine", "KMSTestKit", "NetKit", "TestHouse", "WireKMIP"]),
      tests(
        "Apps", "KMSServerTests",
        [
          "AdminAPI", "CustodySoftware", "DoorAWS", "DoorAdmin", "KMSAudit", "KMSDomain", "KMSEngine",
          "KMSServer", "KMSSystem", "KMSTokens", "StoreSQLite", logging,
        ]),
    ]) + benchmarks
)
