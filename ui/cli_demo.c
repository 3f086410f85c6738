#include "ui/cli_commands.h"
#include "ui/demo/demo_run.h"

int
cli_demo_run(Cli *cli)
{
	return demo_run();
}
