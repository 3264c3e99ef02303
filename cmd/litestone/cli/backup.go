package cli

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/litestone-go/orm/litestone"
	"github.com/spf13/cobra"
)

func backupCommand(p *project) *cobra.Command {
	var o litestone.BackupOptions
	var all, asJSON bool
	cmd := &cobra.Command{
		Use:   "backup [file]",
		Short: "Copy a database while it is in use",
		Long: "backup copies a database as it is at one moment into one file, while others read and write it.\n" +
			"The file appears, or replaces the backup before it, only when the copy is whole. Without a file it\n" +
			"is backups/<database>-<time>.db; with --all every sqlite database goes into the folder given.",
		Example: "  litestone backup\n  litestone backup /mnt/nightly.db --vacuum --verify\n  litestone backup --all /mnt/nightly",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := p.config("backup")
			if err != nil {
				return err
			}
			if err := present("backup", cfg); err != nil {
				return err
			}
			done, err := copies(cmd, cfg, args, all, o)
			for _, b := range done {
				if !asJSON {
					fmt.Fprintf(cmd.OutOrStdout(), "%s: %s, %d bytes, %s\n", b.Database, b.Path, b.Bytes, b.Took.Round(time.Millisecond))
				}
			}
			if err == nil && asJSON {
				err = printJSON(cmd.OutOrStdout(), done)
			}
			return err
		},
	}
	cmd.Flags().StringVar(&o.Database, "database", "", "the `name` of the database to copy (default main, or the only one)")
	cmd.Flags().BoolVar(&o.Vacuum, "vacuum", false, "write the rows anew: the copy is compact, and takes longer")
	cmd.Flags().BoolVar(&o.Verify, "verify", false, "read the whole copy before it takes its name")
	cmd.Flags().BoolVar(&all, "all", false, "copy every sqlite database into a folder")
	cmd.Flags().BoolVar(&asJSON, "json", false, "write what was copied as JSON")
	cmd.MarkFlagsMutuallyExclusive("database", "all")
	return cmd
}

func copies(cmd *cobra.Command, cfg litestone.Config, args []string, all bool, o litestone.BackupOptions) ([]*litestone.BackupInfo, error) {
	if all {
		dir := "backups"
		if len(args) == 1 {
			dir = args[0]
		}
		if _, err := makeFolders(dir); err != nil {
			return nil, refuseFor("backup", "", err)
		}
		return litestone.BackupDatabases(cmd.Context(), cfg, dir, o)
	}
	dest := ""
	if len(args) == 1 {
		dest = args[0]
	} else {
		name := o.Database
		if name == "" {
			name = "main"
		}
		dest = filepath.Join("backups", name+"-"+time.Now().UTC().Format("20060102T150405Z")+".db")
		if _, err := makeFolders("backups"); err != nil {
			return nil, refuseFor("backup", "", err)
		}
	}
	b, err := litestone.BackupDatabase(cmd.Context(), cfg, dest, o)
	if err != nil {
		return nil, err
	}
	return []*litestone.BackupInfo{b}, nil
}
