// --- loading
import androidx.compose.foundation.lazy.*
import androidx.compose.material3.*
import androidx.compose.runtime.*
import androidx.lifecycle.ViewModel
import androidx.lifecycle.viewModelScope
import kotlinx.coroutines.*
import kotlinx.coroutines.flow.*

/** What the lists show. `loadMore` may be called as often as you like: it asks once at a time. */
class TimelineModel(private val timeline: Timeline) : ViewModel() {
    val photos = mutableStateListOf<Photo>()
    var hasMore by mutableStateOf(true)
    private var loading: Job? = null

    fun loadMore() {
        if (loading?.isActive == true || !hasMore) return
        loading = viewModelScope.launch {
            withContext(Dispatchers.IO) { timeline.loadMore() }
            photos.addAll(timeline.photos.drop(photos.size))
            hasMore = timeline.hasMore
        }
    }
}

/** 1. When the last cell appears. */
@Composable fun LastCellList(model: TimelineModel) {
    LaunchedEffect(Unit) { model.loadMore() }
    LazyColumn {
        itemsIndexed(model.photos, key = { _, photo -> photo.id }) { at, photo ->
            Text(photo.caption)
            if (at == model.photos.lastIndex) LaunchedEffect(photo.id) { model.loadMore() }
        }
    }
}

/** 2. When an extra loading cell appears, which stands behind all photos until there are no more. */
@Composable fun LoadingCellList(model: TimelineModel) {
    LazyColumn {
        items(model.photos, key = { it.id }) { photo -> Text(photo.caption) }
        if (model.hasMore) item(key = "loading") {
            CircularProgressIndicator()
            LaunchedEffect(model.photos.size) { model.loadMore() }
        }
    }
}

/** 3. When the scroll position is less than 20 photos before the end. */
@Composable fun ScrollPositionList(model: TimelineModel) {
    val state = rememberLazyListState()
    LazyColumn(state = state) {
        items(model.photos, key = { it.id }) { photo -> Text(photo.caption) }
    }
    LaunchedEffect(state) {
        snapshotFlow { state.layoutInfo }
            .map { (it.visibleItemsInfo.lastOrNull()?.index ?: 0) >= it.totalItemsCount - 20 }
            .distinctUntilChanged()
            .filter { it }
            .collect { model.loadMore() }
    }
}
