// Command litestone checks schemas, generates code, changes databases and asks them questions.
package main

import "github.com/litestone-go/orm/cmd/litestone/cli"

func main() { cli.Main(cli.App{}) }
