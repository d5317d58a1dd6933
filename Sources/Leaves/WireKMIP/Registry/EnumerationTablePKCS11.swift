extension EnumerationTable {
  /// What the PKCS#11 operation carries: functions counted in the order of PKCS#11's function list.
  static let pkcs11 = """
    = PKCS#11 Function
    2.0: 1 C_Initialize; 2 C_Finalize; 3 C_GetInfo; 4 C_GetFunctionList; 5 C_GetSlotList;
      6 C_GetSlotInfo; 7 C_GetTokenInfo; 8 C_GetMechanismList; 9 C_GetMechanismInfo; A C_InitToken;
      B C_InitPIN; C C_SetPIN; D C_OpenSession; E C_CloseSession; F C_CloseAllSessions;
      10 C_GetSessionInfo; 11 C_GetOperationState; 12 C_SetOperationState; 13 C_Login; 14 C_Logout;
      15 C_CreateObject; 16 C_CopyObject; 17 C_DestroyObject; 18 C_GetObjectSize;
      19 C_GetAttributeValue; 1A C_SetAttributeValue; 1B C_FindObjectsInit; 1C C_FindObjects;
      1D C_FindObjectsFinal; 1E C_EncryptInit; 1F C_Encrypt; 20 C_EncryptUpdate; 21 C_EncryptFinal;
      22 C_DecryptInit; 23 C_Decrypt; 24 C_DecryptUpdate; 25 C_DecryptFinal; 26 C_DigestInit;
      27 C_Digest; 28 C_DigestUpdate; 29 C_DigestKey; 2A C_DigestFinal; 2B C_SignInit; 2C C_Sign;
      2D C_SignUpdate; 2E C_SignFinal; 2F C_SignRecoverInit; 30 C_SignRecover; 31 C_VerifyInit;
      32 C_Verify; 33 C_VerifyUpdate; 34 C_VerifyFinal; 35 C_VerifyRecoverInit; 36 C_VerifyRecover;
      37 C_DigestEncryptUpdate; 38 C_DecryptDigestUpdate; 39 C_SignEncryptUpdate;
      3A C_DecryptVerifyUpdate; 3B C_GenerateKey; 3C C_GenerateKeyPair; 3D C_WrapKey; 3E C_UnwrapKey;
      3F C_DeriveKey; 40 C_SeedRandom; 41 C_GenerateRandom; 42 C_GetFunctionStatus; 43 C_CancelFunction;
      44 C_WaitForSlotEvent
    = PKCS#11 Return Code
    2.0: 0 OK
    """
}
