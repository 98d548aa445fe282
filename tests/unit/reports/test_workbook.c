#include "reports/workbook.h"
#include "sample_plan.h"
static void t(void){ GError*e=NULL;struct sample *s=sample_new(); if(!workbook_write(&s->run,"/tmp/xx/dry.xlsx",&e))g_error("%s",e->message); sample_free(s);
 s=sample_applied(); g_assert(workbook_write(&s->run,"/tmp/xx/applied.xlsx",&e)); sample_free(s);
 s=sample_empty(); g_assert(workbook_write(&s->run,"/tmp/xx/empty.xlsx",&e)); sample_free(s);}
int main(int c,char**v){g_test_init(&c,&v,NULL);g_test_add_func("/x",t);return g_test_run();}
