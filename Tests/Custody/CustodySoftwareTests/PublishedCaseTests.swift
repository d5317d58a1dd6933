import CustodyConformance
import Foundation
import KMSDomain
import Testing

@testable import CustodySoftware

/// Numbers that KMIP's published test cases demand of a server.
@Suite("Numbers of KMIP's published cases")
struct PublishedCaseTests {
  let house: VectorHouse

  init() throws { house = try VectorHouse() }

  @Test func `derived keys`() throws {
    let key = try house.key(hex("00112233445566778899aabbccddeeff"), .aes128)
    #expect(try key.derive(16, by: .hash(.sha256, data: [])) == hex("a8faed6abbf35c12a4b26e40f6feb19d"))
    #expect(try key.derive(16, by: .hmac(.sha256, data: [1, 2])) == hex("1e15c1f1da233629f770fb0a04a5020e"))
    let password = try house.key(Array("password".utf8), .bytes)
    for (iterations, right) in [
      (1, "0c60c80f961f0e71f3a9b524af601206"), (4096, "4b007901b765489abead49d926f721d0"),
    ] {
      let derivation = KeyDerivation.pbkdf2(.sha1, salt: Array("salt".utf8), iterations: iterations)
      #expect(try password.derive(16, by: derivation) == hex(right))
    }
  }

  @Test func `a wrapped key`() throws {
    let wrapping = try house.key(hex("000102030405060708090a0b0c0d0e0f"), .aes128)
    let (plain, wrapped) = (
      "00112233445566778899aabbccddeeff", "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"
    )
    let parameters = CipherParameters(.keyWrap)
    #expect(try wrapping.encipher(hex(plain), parameters, action: .wrapKey).data == hex(wrapped))
    #expect(try wrapping.decipher(hex(wrapped), parameters, action: .unwrapKey) == hex(plain))
  }

  @Test func `encryption by AES and Triple DES in ECB, and by AES in CBC`() throws {
    let key = try house.key(hex("0123456789abcdef0123456789abcdef"), .aes128)
    let text = hex("01020304050607080910111213141516")
    #expect(try key.encipher(text, CipherParameters(.ecb)).data == hex("d9bcce11b0b437b90239552df3a360c9"))
    let triple = try house.key([UInt8](repeating: 1, count: 24), .tripleDES168)
    #expect(
      try triple.encipher(hex("0102030405060708"), CipherParameters(.ecb)).data == hex("cead373db80eabf8"))
    let long = text + text + [1]
    for (iv, right) in [
      (
        "01020304050607080910111213141516",
        "79abc5c23868ad84d388ce61110a62742bda19d694bbcb757dd06617c0d80fb1df2e71864ad9633d7d797e30860df00d"
      ),
      (
        "ff020304050607080910111213141516",
        "e768203ba72b6e157daaad34b1e791d8e88457dc147942f01bfaff7b28a3cdde2203d4d5a4c7928ba9e9cc78b66a6546"
      ),
    ] {
      let parameters = CipherParameters(.cbc, padding: .pkcs5, iv: .given(hex(iv)))
      #expect(try key.encipher(long, parameters).data == hex(right))
      #expect(try key.decipher(hex(right), parameters) == long)
    }
  }

  @Test func `encryption in pieces: a block leaves when it is full, and the last only at the end`() throws {
    let key = try house.key(hex("0123456789abcdef0123456789abcdef"), .aes128)
    let parameters = CipherParameters(
      .cbc, padding: .pkcs5, iv: .given(hex("01020304050607080910111213141516")))
    let stream = try house.custody.encipherStream(
      by: parameters, associated: [], with: key.live, permit: key.permit(.encrypt))
    func add(_ text: String) throws -> [UInt8] {
      try stream.add(.test(hex(text)), permit: key.permit(.encrypt))
    }
    #expect(try add("0102030405060708") == [])
    #expect(try add("0910111213141516") == hex("79abc5c23868ad84d388ce61110a6274"))
    let last = try stream.finish(
      .test(hex("0102030405060708091011121314151601")), permit: key.permit(.encrypt))
    #expect(last.data == hex("2bda19d694bbcb757dd06617c0d80fb1df2e71864ad9633d7d797e30860df00d"))

    let back = try house.custody.decipherStream(
      by: parameters, associated: [], with: key.live, permit: key.permit(.decrypt))
    func open(_ data: String) throws -> [UInt8] {
      try back.add(.test(hex(data)), permit: key.permit(.decrypt)).testBytes()
    }
    #expect(try open("79abc5c23868ad84d388ce61110a6274") == [])
    #expect(
      try open("2bda19d694bbcb757dd06617c0d80fb1") == hex("01020304050607080910111213141516"))
    let end = try back.finish(
      .test(hex("df2e71864ad9633d7d797e30860df00d")), tag: nil, permit: key.permit(.decrypt))
    #expect(try end.testBytes() == hex("0102030405060708091011121314151601"))
  }

  @Test func `GCM with a short nonce, whole and in pieces`() throws {
    let key = try house.key(hex("feffe9928665731c6d6a8f9467308308"), .aes128)
    let text = hex(
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
    )
    let data = hex(
      "61353b4c2806934a777ff51fa22a4755699b2a714fcdc6f83766e5f97b6c742373806900e49f24b22b097544d4896b424989b5e1ebac0f07c23f4598"
    )
    let (tag, aad) = (
      hex("3612d2e79e3b0785561be14aaca2fccb"), hex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    )
    let parameters = CipherParameters(.gcm, iv: .given(hex("cafebabefacedbad")))
    let made = try key.encipher(text, parameters, associated: aad)
    #expect(made.data == data && made.tag == tag)
    let stream = try house.custody.encipherStream(
      by: parameters, associated: aad, with: key.live, permit: key.permit(.encrypt))
    let first = try stream.add(.test(Array(text.prefix(32))), permit: key.permit(.encrypt))
    let last = try stream.finish(.test(Array(text.dropFirst(32))), permit: key.permit(.encrypt))
    #expect(first == Array(data.prefix(32)) && last.data == Array(data.dropFirst(32)) && last.tag == tag)

    let zero = try house.key([UInt8](repeating: 0, count: 16), .aes128)
    for length in [16, 12] {
      let short = CipherParameters(.gcm, iv: .given([UInt8](repeating: 0, count: 12)), tagLength: length)
      let tag = Array(hex("ab6e47d42cec13bdf53a67b21257bddf").prefix(length))
      #expect(
        try zero.decipher(hex("0388dace60b6a392f328c2b971b2fe78"), short, tag: tag)
          == [UInt8](repeating: 0, count: 16))
    }
  }

  @Test func `ChaCha20 with nonces of 8 bytes`() throws {
    let zeros = [UInt8](repeating: 0, count: 60)
    for (last, nonce, right) in [
      (
        UInt8(0), "0000000000000000",
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669"
      ),
      (
        1, "0000000000000000",
        "4540f05a9f1fb296d7736e7b208e3c96eb4fe1834688d2604f450952ed432d41bbe2a0b6ea7566d2a5d1e7e20d42af2c53d792b1c43fea817e9ad275"
      ),
      (
        0, "0000000000000001",
        "de9cba7bf3d69ef5e786dc63973f653a0b49e015adbff7134fcb7df137821031e85a050278a7084527214f73efc7fa5b5277062eb7a0433e445f41e3"
      ),
    ] {
      let key = try house.key([UInt8](repeating: 0, count: 31) + [last], .chaCha20)
      #expect(
        try key.encipher(zeros, CipherParameters(.chaCha20, iv: .given(hex(nonce)))).data == hex(right))
    }
  }

  @Test func `hashes, and a code by a key of AES`() throws {
    let text = hex("01020304050607080910111213141516")
    let permit = { try Permits.permit(.hash) }
    #expect(
      try house.custody.hash(.test(text), by: .sha256, permit: permit())
        == hex("ad41233d22cf9322e3a7ff49a13da434797abed3bab80950a1a0d4e582b7ea72"))
    let key = try house.key(hex("0123456789abcdef0123456789abcdef"), .aes128)
    #expect(
      try house.custody.mac(
        .test(text), by: .hmac(.sha256), with: key.live, permit: key.permit(.generateMac))
        == hex("c911e78196d64c30f631bb079ea37b97a95936d4da764d6a171df030c895ecf9"))
  }

  @Test func `a key of DSA as numbers`() throws {
    let group: [KeyComponent: [UInt8]] = [
      .fieldPrime: hex(
        "fca682ce8e12caba26efccf7110e526db078b05edecbcd1eb4a208f3ae1617ae"
          + "01f35b91a47e6df63413c5e12ed0899bcd132acd50d99151bdc43ee737592e17"),
      .subgroupOrder: hex("00000000962eddcc369cba8ebb260ee6b6a126d9346e38c5"),
      .generator: hex(
        "678471b27a9cf44ee91a49c5147db1a9aaf244f05a434d6486931d2d14271b9e"
          + "35030b71fd73da179069b32e2935630e1c2062354d0da20a6c416e50be794ca4"),
    ]
    let y = hex(
      "b3cb74d988dea7160a64a4edbb7f70404fa4c08a4208c19d76357a6a9df200cc"
        + "e79faecb22e3419be9b01128cbd998a2d9307101705e4a952462f34728ac5fcf")
    let half = try house.custody.publicHalf(group.merging([.publicValue: y]) { $1 }, .dsa)
    #expect(try house.custody.components(of: half)[.publicValue] == y)
    let numbers = group.merging([.privateValue: hex("095411d740d2443fa3f97d1ed9a0411bb45e7131")]) { $1 }
    let key = try Subject(
      .components(try numbers.mapValues { try .test($0) }), .dsa, in: house.custody)
    #expect(key.publicKey == half.publicKey)
    let parameters = SignatureParameters(.dsa, hash: .sha1)
    try key.verify(try key.sign([1, 2, 3], parameters), of: [1, 2, 3], parameters)
  }

  @Test func `a one-time pad`() throws {
    let pad = try house.key(hex("fc932e1428bdffff"), .bytes)
    let (text, data) = (hex("010203040506"), hex("fd912d102dbb"))
    #expect(try pad.encipher(text, CipherParameters(.oneTimePad)).data == data)
    #expect(try pad.decipher(data, CipherParameters(.oneTimePad)) == text)
    #expect(throws: KMSError.cryptography(.dataLength)) {
      try pad.encipher([UInt8](repeating: 0, count: 9), CipherParameters(.oneTimePad))
    }
  }

  @Test func `what a signature over bytes of no named hash is verified by, and by nothing else`() throws {
    let digest = hex("01020304050607080910111213141516")
    for (spec, scheme) in [
      (KeySpec.rsa2048, SignatureParameters.Scheme.rsaPKCS1), (.secp256k1, .ecdsa),
    ] {
      let subject = try Subject(explicit: spec, in: house.custody)
      let parameters = SignatureParameters(scheme, hash: nil, isDigest: true)
      let signature = try subject.sign(digest, parameters)
      try subject.verify(signature, of: digest, parameters)
      #expect(throws: KMSError.invalidSignature) {
        try subject.verify(signature, of: digest, SignatureParameters(scheme, hash: .sha1))
      }
    }
  }
}
