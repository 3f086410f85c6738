#pragma once
/* One function a command; what each takes stands in the table in cli_commands.c. */
#include "ui/cli.h"

int cli_completion_run(Cli *cli);
int cli_config_run(Cli *cli);
int cli_count_run(Cli *cli);
int cli_demo_run(Cli *cli);
int cli_doctor_run(Cli *cli);
int cli_folders_run(Cli *cli);
int cli_keys_run(Cli *cli);
int cli_move_run(Cli *cli);
int cli_pending_run(Cli *cli);
int cli_rebuild_run(Cli *cli);
int cli_search_run(Cli *cli);
int cli_show_run(Cli *cli);
int cli_sync_run(Cli *cli);
/* A round of each of these accounts, with what is said of it. */
int cli_sync_accounts(Cli *cli, const GPtrArray *accounts);
int cli_tag_run(Cli *cli);
int cli_undo_run(Cli *cli);
