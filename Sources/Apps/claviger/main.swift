print("claviger")
