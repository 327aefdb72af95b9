#pragma once

// The commit that the program was built from, with "-dirty" if files were changed since; empty where it is not known.
const char *framegen_build_commit(void);
