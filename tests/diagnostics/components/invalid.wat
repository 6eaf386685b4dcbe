;; Exports demo:text/app@0.1.0. Its code leaves an i64 where an i32 must be.
(component
  (core module $Code
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "run") (param i32 i32) (result i32) i64.const 0))
  (core instance $code (instantiate $Code))
  (alias core export $code "memory" (core memory $memory))
  (func $run (param "text" string) (result string)
    (canon lift (core func $code "run") (memory $memory) (realloc (core func $code "realloc"))))
  (instance $app (export "run" (func $run)))
  (export "demo:text/app@0.1.0" (instance $app)))
