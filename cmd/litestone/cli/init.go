package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
)

const starterSchema = `// What the database looks like, who may do what with it, and how rows live.

enum Role { admin member }

model User {
  id        Integer  @id
  email     Text     @unique @email @lower
  name      Text?    @trim
  role      Role     @default(member)
  createdAt DateTime @default(now())
  posts     Post[]
}

model Post {
  id        Integer  @id
  title     Text     @length(1, 200)
  body      Text
  published Boolean  @default(false)
  author    User     @relation(fields: [authorId], references: [id], onDelete: Cascade)
  authorId  Integer
  createdAt DateTime @default(now())
  deletedAt DateTime?

  @@softDelete
  @@fts([title, body])
  @@index([authorId])
  @@allow('read', published || authorId == auth().id)
  @@allow('write', authorId == auth().id)
}
`

const starterConfig = `# Settings of the litestone command. Paths are relative to this file; flags win.
schema     = "schema.lite"
db         = "app.db"
migrations = "migrations"

[generate]
out = "models"
`

func initCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "init [folder]",
		Short:   "Write a schema and a configuration to start from",
		Long:    "init writes schema.lite and litestone.toml into a folder, which is made when it is not there.\nFiles that exist are never touched.",
		Example: "  litestone init\n  litestone init blog",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = args[0]
			}
			files := []newFile{{filepath.Join(dir, "schema.lite"), starterSchema}, {filepath.Join(dir, defaultConfig), starterConfig}}
			if err := writeNew("init", files); err != nil {
				return err
			}
			for _, f := range files {
				fmt.Fprintln(cmd.OutOrStdout(), "wrote", f.name)
			}
			fmt.Fprintln(cmd.OutOrStdout(), "next: litestone generate, litestone push")
			return nil
		},
	}
}
