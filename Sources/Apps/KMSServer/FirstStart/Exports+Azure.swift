extension Exports {
  /// Where a vault is, for Azure's clients.
  package struct Vault: Sendable, Equatable {
    package var url: String
    package var authority: String

    package init(url: String, authority: String) {
      self.url = url
      self.authority = authority
    }

    /// - Parameter authorityFile: whom clients are to believe that they speak to the vault, which they do over TLS alone; nil where
    ///   everybody believes it anyway. Azure's clients read `REQUESTS_CA_BUNDLE`, asynchronous ones `SSL_CERT_FILE`.
    func variables(trusting authorityFile: String?) -> [(name: String, value: String)] {
      var result = [
        ("VAULT_URL", url), ("AZURE_AUTHORITY_HOST", authority),
        // Clients that are told this tenant ask nobody but the authority about it.
        ("AZURE_TENANT_ID", "adfs"),
      ]
      if let authorityFile {
        result += [("REQUESTS_CA_BUNDLE", authorityFile), ("SSL_CERT_FILE", authorityFile)]
      }
      return result
    }

    /// One `export NAME='VALUE'` a line.
    package func shell(trusting authorityFile: String?) -> String {
      Exports.lines(variables(trusting: authorityFile))
    }
  }

  /// How the first user comes to a vault.
  package struct Azure: Sendable, Equatable {
    package var vault: Vault
    package var clientID: String
    package var clientSecret: String

    package init(vault: Vault, clientID: String, clientSecret: String) {
      self.vault = vault
      self.clientID = clientID
      self.clientSecret = clientSecret
    }

    func variables(trusting authorityFile: String?) -> [(name: String, value: String)] {
      vault.variables(trusting: authorityFile) + [
        ("AZURE_CLIENT_ID", clientID), ("AZURE_CLIENT_SECRET", clientSecret),
      ]
    }
  }
}
