package syntax

// The codes of this package's diagnostics. Each has an example in testdata/errors, in a file of its
// name, except those that say otherwise.
const (
	// Text
	CodeBadEncoding         = "bad-encoding"         // bytes that are not UTF-8
	CodeUnexpectedCharacter = "unexpected-character" // a character the language has no use for
	CodeUnterminatedString  = "unterminated-string"  // a quote that is not closed on its line
	CodeUnterminatedComment = "unterminated-comment" // a /* without its */
	CodeBadEscape           = "bad-escape"           // a \ before something it does not go with
	CodeControlCharacter    = "control-character"    // a raw control character inside a string
	CodeBadNumber           = "bad-number"           // 1.2.3, .5, 1_000, +1
	CodeBadName             = "bad-name"             // a name that is not made of ASCII letters, digits and _
	CodeFileTooLarge        = "file-too-large"       // more than MaxFileSize bytes; its example is a test
	CodeTooManyErrors       = "too-many-errors"      // reading stopped after MaxErrors errors; its example is a test

	// Structure
	CodeUnexpectedToken    = "unexpected-token"    // something that cannot stand there
	CodeUnknownDeclaration = "unknown-declaration" // a top-level word that begins no declaration
	CodeMissingName        = "missing-name"        // a declaration, attribute or path without its name
	CodeMissingBlock       = "missing-block"       // a declaration without its { … }
	CodeUnclosedBlock      = "unclosed-block"      // a { without its }
	CodeUnclosedBracket    = "unclosed-bracket"    // a ( or [ without its partner
	CodeMissingSeparator   = "missing-separator"   // two arguments or items without a comma
	CodeTooDeep            = "too-deep"            // brackets or operators nested beyond MaxDepth or MaxOperators

	// Members
	CodeMissingType    = "missing-type"    // a field, parameter or function without a type
	CodeBadType        = "bad-type"        // a type written as another language writes it
	CodeStrayAttribute = "stray-attribute" // an attribute that belongs to nothing
	CodeBadAttribute   = "bad-attribute"   // an attribute's name that is not one word
	CodeBadEnumValue   = "bad-enum-value"  // an enum value with an attribute, number or quotes
	CodeBadTransition  = "bad-transition"  // a transition not written name: from -> to
	CodeBadFunction    = "bad-function"    // a function without parameters, or with code for a body
	CodeBadSetting     = "bad-setting"     // a database setting not written name value
	CodeBadImport      = "bad-import"      // an import not written import "./file.lite"

	// Expressions
	CodeMissingValue      = "missing-value"      // an operator, argument or setting without its value
	CodeBadOperator       = "bad-operator"       // =, and, ===, <>, + and their like
	CodeChainedComparison = "chained-comparison" // a < b < c
	CodeBadCall           = "bad-call"           // a call of something that is not a plain name
	CodeBadArgument       = "bad-argument"       // an argument's name in quotes or followed by =

	// Files
	CodeFileNotFound     = "file-not-found"    // the schema file itself cannot be read; its example is a test
	CodeImportNotFound   = "import-not-found"  // an imported file that is not there
	CodeImportUnreadable = "import-unreadable" // an imported path that is there and cannot be read
)

// Limits of what is read. They keep hostile text from costing more than it is worth; no schema
// written by people comes near them.
const (
	MaxFileSize  = 16 << 20 // bytes of one file
	MaxErrors    = 100      // errors of one file, then reading stops
	MaxDepth     = 200      // brackets and ! inside each other
	MaxOperators = 500      // operators in one argument; SQLite's own limit is an expression 1000 deep
)
