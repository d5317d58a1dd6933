/// Requests that botocore's own signer signed, with the access key of AWS's published examples.
enum BotocoreVectors {
  /// A block for each request: its name; method and target; each header as `name|value|`; the body in hex after an
  /// equals sign; when, in which Region and for which service it was signed.
  static let text = """
    a KMS call
    POST /
    host|kms.us-east-1.amazonaws.com|
    content-type|application/x-amz-json-1.1|
    x-amz-target|TrentService.Encrypt|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
    Signature=4cba7381fcb7f50a5abd45b54fab030e435a4f9f9e1e1c2358cc2a4e25f79553|
    =7b224b65794964223a22616c6961732f61222c22506c61696e74657874223a22614756736247383d227d
    20150830T123600Z us-east-1 kms

    an empty JSON body
    POST /
    host|kms.us-east-1.amazonaws.com|
    content-type|application/x-amz-json-1.1|
    x-amz-target|TrentService.ListKeys|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
    Signature=07499af8ab2ef3d35030bf049520b6c0de4a040bfc6c24cd89fc4dab8a531f56|
    =7b7d
    20150830T123600Z us-east-1 kms

    no body at all
    POST /
    host|kms.us-east-1.amazonaws.com|
    content-type|application/x-amz-json-1.1|
    x-amz-target|TrentService.ListKeys|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
    Signature=e7c5db0f9d7593f6351c87c217fd2d32160e9fa76d1f516f1ad0c683f99610a1|
    =
    20150830T123600Z us-east-1 kms

    a body of every byte
    POST /
    host|kms.us-east-1.amazonaws.com|
    content-type|application/x-amz-json-1.1|
    x-amz-target|TrentService.Encrypt|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
    Signature=8803f63ebf6781ecce9916ad1a8173625661c3a164e835818d9425bf0c96c3bf|
    =00070e151c232a31383f464d545b626970777e858c939aa1a8afb6bdc4cbd2d9e0e7eef5fc
    20150830T123600Z us-east-1 kms

    a vanilla GET
    GET /
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31|
    =
    20150830T123600Z us-east-1 service

    a header with spaces around and runs within
    POST /
    host|kms.us-east-1.amazonaws.com|
    x-tag|   a    b  c   |
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=host;x-amz-date;x-tag, \
    Signature=f6b82041b3c6feebb174536ad00bdcfd8095a01c8da25c38bf719db50d3519eb|
    =
    20150830T123600Z us-east-1 kms

    a header with tabs
    POST /
    host|kms.us-east-1.amazonaws.com|
    x-tag|\ta \t b\t|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=host;x-amz-date;x-tag, \
    Signature=eca83780df792bd34f03aa2d186b8f5d0cb0a09ca5e69b841ff796b745567047|
    =
    20150830T123600Z us-east-1 kms

    spaces between quotation marks
    POST /
    host|kms.us-east-1.amazonaws.com|
    x-tag|"a   b"  "c"|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=host;x-amz-date;x-tag, \
    Signature=a390cddfc65dcaa4e4974a32e1eb812ab27fd75c0d17b5a08fcb4fc90965fed4|
    =
    20150830T123600Z us-east-1 kms

    an empty header
    POST /
    host|kms.us-east-1.amazonaws.com|
    x-tag||
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=host;x-amz-date;x-tag, \
    Signature=f0b985e1aae1659651c2e0c9014272f199f4fcb7414397fad036413d889374c0|
    =
    20150830T123600Z us-east-1 kms

    a header of spaces only
    POST /
    host|kms.us-east-1.amazonaws.com|
    x-tag|   |
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=host;x-amz-date;x-tag, \
    Signature=f0b985e1aae1659651c2e0c9014272f199f4fcb7414397fad036413d889374c0|
    =
    20150830T123600Z us-east-1 kms

    repeated headers
    POST /
    host|kms.us-east-1.amazonaws.com|
    x-tag|c|
    x-tag|a|
    x-tag|b|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=host;x-amz-date;x-tag, \
    Signature=ee38e2f20f1938f3d3a7271ffc344d120471db4ae23722b19f92e1748dff573d|
    =
    20150830T123600Z us-east-1 kms

    repeated headers with others between
    POST /
    host|kms.us-east-1.amazonaws.com|
    x-tag| z  z |
    x-a|1|
    x-tag|y|
    x-amz-extra|e|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=host;x-a;x-amz-date;x-amz-extra;x-tag, \
    Signature=872ab47e94dff83a91a3575d459073df430b9cbcd774d2bf0bc252d3f9dc32f3|
    =
    20150830T123600Z us-east-1 kms

    a repeated binding header
    POST /
    host|kms.us-east-1.amazonaws.com|
    x-amz-extra|one|
    x-amz-extra|two|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=host;x-amz-date;x-amz-extra, \
    Signature=ec215df2722e36afb81c6d35e129b8cf637da3b56f7ba72d6f4172167abb582f|
    =
    20150830T123600Z us-east-1 kms

    unsorted headers
    POST /
    host|kms.us-east-1.amazonaws.com|
    zebra|1|
    alpha|2|
    my-header|3|
    accept|*/*|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=accept;alpha;host;my-header;x-amz-date;zebra, \
    Signature=347f5a6a013bdea9caea8341f955bf63926c80a308f0bd329f56e8e50b1b1b08|
    =
    20150830T123600Z us-east-1 kms

    names that are prefixes of names
    POST /
    host|kms.us-east-1.amazonaws.com|
    x-a|1|
    x-a-b|2|
    x|3|
    x-aa|4|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=host;x;x-a;x-a-b;x-aa;x-amz-date, \
    Signature=4141fc3425222eba3dc8bd3669a336e981e6cf4043c31db418b1d76af50c1b3a|
    =
    20150830T123600Z us-east-1 kms

    headers that aren't signed
    POST /
    host|kms.us-east-1.amazonaws.com|
    content-type|application/x-amz-json-1.1|
    x-amz-target|TrentService.Encrypt|
    user-agent|Boto3/1.0  md/x|
    expect|100-continue|
    x-amzn-trace-id|Root=1|
    transfer-encoding|identity|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
    Signature=005f9ca4ca0a8e0cefb36c64ad2427002d68cdbb12c24032b69a62dd0c4258b9|
    =78
    20150830T123600Z us-east-1 kms

    a header in UTF-8
    POST /
    host|kms.us-east-1.amazonaws.com|
    x-tag|café ሴ|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=host;x-amz-date;x-tag, \
    Signature=8b615a3bcf7b95e768484f996af46faf39c503a1242337396950197033af0541|
    =
    20150830T123600Z us-east-1 kms

    query in another order
    GET /?Param2=value2&Param1=value1
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500|
    =
    20150830T123600Z us-east-1 service

    query with equal names
    GET /?p=b&p=a&p=B&p=
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=4f54e3ce60ed94e4f1c42a28bb2dd616eb72357cb9718a0ee15fae6751d1a1bf|
    =
    20150830T123600Z us-east-1 service

    query with a name before its extension
    GET /?ab=1&a-b=2&a=3&A=4
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=629a8bd1fea8b0328814a63ce152ee8f0793a25ffd387e9b9e6a268b0b7411aa|
    =
    20150830T123600Z us-east-1 service

    query with encoded bytes
    GET /?k%20y=a%2Fb%3D%26&%E1%88%B4=bar
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=d767557c5f2791cde820a3fc757d8df6e8c500780358bb2965cc6f7344af5fd9|
    =
    20150830T123600Z us-east-1 service

    query without values
    GET /?b=&a=
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=df0cf4d99575de2988d710990cf530772494504e76e7b9965f757c8b9c79ab85|
    =
    20150830T123600Z us-east-1 service

    a path of segments
    POST /a/b/c
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=d736b4b653d53fa85b5b37178580057a1ee835e51866b0ed7c5303b77b049770|
    =
    20150830T123600Z us-east-1 service

    a path with a slash at the end
    POST /a/b/
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=f11c3313cf405da288b0167d82c284d9ceecd6056a23e68c2786fd3ac274aa13|
    =
    20150830T123600Z us-east-1 service

    dot segments
    POST /a/./b/../c/../../d
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=3358cd85961097a206d6dc5680177dd701ef20043dfd3a15003428d4ff7cc372|
    =
    20150830T123600Z us-east-1 service

    dot segments above the root
    POST /../../a/..
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b|
    =
    20150830T123600Z us-east-1 service

    dot segments and a slash at the end
    POST /a/../
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b|
    =
    20150830T123600Z us-east-1 service

    doubled slashes
    POST //a///b//
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=f11c3313cf405da288b0167d82c284d9ceecd6056a23e68c2786fd3ac274aa13|
    =
    20150830T123600Z us-east-1 service

    an encoded path
    POST /a%20b/%E1%88%B4/%7E~
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=99688a677e2e7061e41ffd9f7c57ab761bdad73d120698b83996ff299682a233|
    =
    20150830T123600Z us-east-1 service

    a raw path in UTF-8
    POST /ሴ
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=7923c52750911abf14aa3b9bb00f255783a385adde0332dd08e563a59c4ebc07|
    =
    20150830T123600Z us-east-1 service

    a path with reserved characters
    POST /a:b@c/d;e=f,g+h/(i)!*'
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=7ddd280b4bcd27b57d0e36511195d995fa9e2ceaf9a4be3e522020daf607cb72|
    =
    20150830T123600Z us-east-1 service

    path and query
    POST /x%2Fy/z?b=2&a=1
    host|example.amazonaws.com|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
    SignedHeaders=host;x-amz-date, \
    Signature=61cb128a3169722c020db304dba162a37ac7efb432be733fe2fddfa79152c516|
    =
    20150830T123600Z us-east-1 service

    another Region
    POST /
    host|kms.us-east-1.amazonaws.com|
    content-type|application/x-amz-json-1.1|
    x-amz-target|TrentService.Decrypt|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/ap-southeast-3/kms/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
    Signature=d45619683d7980f9b32da3d69175df82da79405ede32a7d789cc4c5ae191748b|
    =7b7d
    20150830T123600Z ap-southeast-3 kms

    another service
    POST /
    host|kms.us-east-1.amazonaws.com|
    content-type|application/x-amz-json-1.1|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/sts/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date, \
    Signature=ae893f04b5389c90a652afa59358930b5fc51df9cbbe264fa15752cf408835e7|
    =416374696f6e3d47657443616c6c65724964656e746974792656657273696f6e3d323031312d30362d3135
    20150830T123600Z us-east-1 sts

    a host with a port
    POST /
    host|127.0.0.1:8080|
    content-type|application/x-amz-json-1.1|
    x-amz-target|TrentService.ListKeys|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
    Signature=64dce774f4705920c67584a67282e0c43c9ba24ad3a855ed87d0ea94145686f6|
    =7b7d
    20150830T123600Z us-east-1 kms

    a leap day
    POST /
    host|kms.us-east-1.amazonaws.com|
    content-type|application/x-amz-json-1.1|
    x-amz-target|TrentService.ListKeys|
    x-amz-date|20240229T235959Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20240229/us-east-1/kms/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
    Signature=ffa907bf51573c84e48a1183c7b29ed324e77a8135e590fa8b707d911215d365|
    =7b7d
    20240229T235959Z us-east-1 kms

    a day far ahead
    POST /
    host|kms.us-east-1.amazonaws.com|
    content-type|application/x-amz-json-1.1|
    x-amz-target|TrentService.ListKeys|
    x-amz-date|20991231T000000Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20991231/us-east-1/kms/aws4_request, \
    SignedHeaders=content-type;host;x-amz-date;x-amz-target, \
    Signature=11cfc6dabe9a848b367377579d88cc98df7a4c23765048ce2b73f0b22eef0b67|
    =7b7d
    20991231T000000Z us-east-1 kms

    an announced hash of the body
    POST /
    host|kms.us-east-1.amazonaws.com|
    x-amz-content-sha256|44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a|
    x-amz-date|20150830T123600Z|
    authorization|AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, \
    SignedHeaders=host;x-amz-content-sha256;x-amz-date, \
    Signature=f23b242fb5ee15ea49521e867d5a870fe3abe0b4c19793aa43203d1b9c853c59|
    =7b7d
    20150830T123600Z us-east-1 kms

    presigned
    GET /?X-Amz-Algorithm=AWS4-HMAC-SHA256\
    &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fkms%2Faws4_request\
    &X-Amz-Date=20150830T123600Z\
    &X-Amz-Expires=60\
    &X-Amz-SignedHeaders=host\
    &X-Amz-Signature=b96e3f66b0d3d305030e5d0f830350e099a135090854643bb71eb899d521cc6b
    host|kms.us-east-1.amazonaws.com|
    =
    20150830T123600Z us-east-1 kms

    presigned for a week
    GET /?Action=GetCallerIdentity&Version=2011-06-15\
    &X-Amz-Algorithm=AWS4-HMAC-SHA256\
    &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fsts%2Faws4_request\
    &X-Amz-Date=20150830T123600Z\
    &X-Amz-Expires=604800\
    &X-Amz-SignedHeaders=host\
    &X-Amz-Signature=957b008cee57363b92bf8dce03bb94bb071e9a5b254cbf8825bf03ecf5f4208d
    host|sts.amazonaws.com|
    =
    20150830T123600Z us-east-1 sts

    presigned with further headers
    GET /?Action=GetCallerIdentity\
    &X-Amz-Algorithm=AWS4-HMAC-SHA256\
    &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fsts%2Faws4_request\
    &X-Amz-Date=20150830T123600Z\
    &X-Amz-Expires=900\
    &X-Amz-SignedHeaders=host%3Bx-amz-extra%3Bx-k8s-aws-id\
    &X-Amz-Signature=15b6159befe9c673bc75c5d9fe00085ee85ce9bacc5ebf0316d5ec5d4fcd6e4c
    host|sts.amazonaws.com|
    x-k8s-aws-id|cluster|
    x-amz-extra| e  e |
    =
    20150830T123600Z us-east-1 sts

    presigned POST of nothing
    POST /a/../b?X-Amz-Algorithm=AWS4-HMAC-SHA256\
    &X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fkms%2Faws4_request\
    &X-Amz-Date=20150830T123600Z\
    &X-Amz-Expires=1\
    &X-Amz-SignedHeaders=host\
    &X-Amz-Signature=c6620e3f268635b0898930ee4a8f95cdce305b4e88b94eeba7854d11a68251f7
    host|kms.us-east-1.amazonaws.com|
    =
    20150830T123600Z us-east-1 kms
    """
}
