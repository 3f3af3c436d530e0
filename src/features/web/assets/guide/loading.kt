// --- loading
import androidx.compose.foundation.lazy.*
import androidx.compose.material3.*
import androidx.compose.runtime.*
import kotlinx.coroutines.flow.*

/** 1. When the last cell appears. `loadMore` asks once at a time, away from the main thread. */
@Composable fun LastCellList(photos: List<Photo>, loadMore: suspend () -> Unit) {
    LazyColumn {
        itemsIndexed(photos, key = { _, photo -> photo.id }) { at, photo ->
            Text(photo.caption)
            if (at == photos.lastIndex) LaunchedEffect(photo.id) { loadMore() }
        }
    }
    LaunchedEffect(Unit) { loadMore() }
}

/** 2. When an extra loading cell appears, which stands behind all photos until there are no more. */
@Composable fun LoadingCellList(photos: List<Photo>, hasMore: Boolean, loadMore: suspend () -> Unit) {
    LazyColumn {
        items(photos, key = { it.id }) { photo -> Text(photo.caption) }
        if (hasMore) item(key = "loading") {
            CircularProgressIndicator()
            LaunchedEffect(photos.size) { loadMore() }
        }
    }
}

/** 3. When the scroll position is less than 20 photos before the end. */
@Composable fun ScrollPositionList(photos: List<Photo>, loadMore: suspend () -> Unit) {
    val state = rememberLazyListState()
    LazyColumn(state = state) {
        items(photos, key = { it.id }) { photo -> Text(photo.caption) }
    }
    LaunchedEffect(state) {
        snapshotFlow { state.layoutInfo }
            .map { (it.visibleItemsInfo.lastOrNull()?.index ?: 0) >= it.totalItemsCount - 20 }
            .distinctUntilChanged()
            .filter { it }
            .collect { loadMore() }
    }
}
