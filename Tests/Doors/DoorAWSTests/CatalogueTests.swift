import Testing

@testable import DoorAWS

@Suite("Catalogue")
struct CatalogueTests {
  @Test("the 56 operations of the service model are here, none twice")
  func complete() {
    let here = Set(Catalogue.all.values.map(\.name))
    #expect(here.count == 56)
    #expect(Catalogue.all.count == 56)
  }

  @Test("operations are found by the target that clients send", arguments: Catalogue.all.keys.sorted())
  func targets(target: String) {
    #expect(target == "TrentService." + (Catalogue.all[target]?.name ?? ""))
  }

  @Test("the fast lane takes nothing that the ordinary lane doesn't have")
  func hot() {
    #expect(!Catalogue.hot.isEmpty)
    for (target, handler) in Catalogue.hot { #expect(Catalogue.all[target]?.name == handler.name) }
  }
}
