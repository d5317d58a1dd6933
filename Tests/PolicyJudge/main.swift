// Decides cases of policies and requests, one JSON object a line on standard input, one answer a line on standard output:
//
//     {"allowed": true, "explicitDeny": false}
//
// or `{"error": REASON}` for a case that isn't one. The policies go through the compiler of the AWS door and the evaluator of
// the domain, so that another evaluator can be compared with what the server does. Cases look as in `Case`.

var judge = Judge()
while let line = readLine(strippingNewline: true) {
  if line.isEmpty { continue }
  print(judge.answer(line))
}
