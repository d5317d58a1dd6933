import AdminAPI
import DoorAWS
import DoorAdmin
import DoorAzure
import KMSDomain
import KMSEngine
import KMSSystem

// What the administrators' door is given of the server.
extension Server {
  func adminDesk(_ doors: OpenDoors) -> AdminDesk {
    let me = Caller(
      account: nil, principal: "owner", principalID: "uid:\(ThisProcess.effectiveUserID)", userName: nil,
      isRoot: false, credential: "unix", policies: [], isSystem: true)
    return AdminDesk(
      engine: house.engine, epochs: house.custody, owner: me, requestIDs: house.requestIDs,
      status: ServerStatus(house: house, doors: doors, started: started), words: AWSPolicyWords(),
      clients: ClientAuthority(directory, clock: house.movableClock ?? SystemTime()),
      seals: SealAdministrator(house, variables: Startup.secretVariables),
      kmip: { doors.url(.kmip, configuration.listenKMIP) },
      serverAuthority: certificate?.authorityPath.map { directory.absolute($0) },
      account: house.owner.account, connection: { connection(doors) },
      azureDomain: configuration.azure.domain, adoption: { Adoption.work($0, as: $1, in: $2) },
      development: house.movableClock.map { development($0) })
  }

  private func connection(_ doors: OpenDoors) -> ClientConnection {
    ClientConnection(
      endpoint: doors.url(.http, configuration.listen),
      tlsEndpoint: doors.url(.https, configuration.listenTLS),
      authorityFile: certificate?.authorityPath.map { directory.absolute($0) }, region: configuration.region)
  }

  private func development(_ clock: AdjustableClock) -> AdminDesk.Development {
    let due = DueJobs(house.engine, devices: house.custody)
    return AdminDesk.Development(
      clock: clock, vault: house.custody, principal: house.owner.principal,
      newAccessKey: {
        var random = SystemRandomNumberGenerator()
        return IssuedAccessKey(
          accessKeyID: AccessKeyText.accessKeyID(using: &random),
          secretAccessKey: AccessKeyText.secret(using: &random))
      },
      catchUp: due.catchUp)
  }
}
