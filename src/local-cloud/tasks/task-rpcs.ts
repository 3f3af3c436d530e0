import type { Dispatcher } from './dispatcher.ts';
import type { GroupCommit } from './group-commit.ts';
import { pageSize, pageStart, type Paged } from './paging.ts';
import { presentTask, type TaskView } from './present-task.ts';
import type { TaskMessage } from './read-task.ts';
import type { Tasks } from './tasks.ts';

export interface TaskRpcsDeps {
  tasks: Tasks;
  dispatcher: Dispatcher;
  commit: GroupCommit;
}

/** Largest page of tasks (cloudtasks.proto, `ListTasksRequest.page_size`). */
const MOST_TASKS = 1_000;

interface Named {
  name?: string;
}

interface Viewed {
  responseView?: TaskView;
}

interface CreateTask extends Viewed {
  parent?: string;
  task?: TaskMessage;
}

/** The methods of google.cloud.tasks.v2.CloudTasks that concern tasks. A change is answered when it is on the disk. */
export function taskRpcs({ tasks, dispatcher, commit }: TaskRpcsDeps) {
  return {
    ListTasks({ responseView, ...request }: Paged & Viewed) {
      const page = tasks.list(request.parent, pageStart(request), pageSize(request, MOST_TASKS));
      return { tasks: page.tasks.map((task) => presentTask(task, responseView)), nextPageToken: page.next };
    },
    GetTask: ({ name, responseView }: Named & Viewed) => presentTask(tasks.get(name), responseView),
    async CreateTask({ parent, task = {}, responseView }: CreateTask) {
      const created = tasks.create(parent, task);
      dispatcher.wake(created.queue);
      await commit.durable();
      return presentTask(created, responseView);
    },
    async DeleteTask({ name }: Named) {
      tasks.delete(name);
      await commit.durable();
      return {};
    },
    RunTask: ({ name, responseView }: Named & Viewed) => presentTask(dispatcher.runNow(tasks.get(name)), responseView),
  };
}
